"""What a provider could not be told, as a header of the answer says it."""

from collections.abc import Sequence
from itertools import islice
from urllib.parse import quote

_HEADER = b"x-oblivious-dropped"
_MOST = 32
_LONGEST = 64
_PLAIN = ".-_[]:$@/+*"
_MORE = "..."


def header_of(names: Sequence[str]) -> tuple[bytes, bytes]:
    """Return the header. Some names are a client's own: what no header holds is written by percents."""
    said = [quote(name[:_LONGEST], safe=_PLAIN, errors="replace") for name in islice(names, _MOST)]
    return _HEADER, ", ".join([*said, _MORE] if len(names) > _MOST else said).encode()
