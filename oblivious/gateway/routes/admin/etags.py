"""Strong entity tags: whoever changes something says which state of it was seen."""

from hashlib import blake2b
from typing import Annotated, TypeVar

import msgspec
from litestar import Response
from litestar.datastructures import ResponseHeader
from litestar.params import HeaderParameter

from oblivious.gateway.routes.admin.problems import EtagMissing, StaleEtag

Shown = TypeVar("Shown", bound=msgspec.Struct)

_ANY = "*"
_DIGEST_BYTES = 16

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description="The ETag of what is changed, or `*` for whatever it is now; without it: 428.",
    ),
]
"""The header of a handler that changes or deletes one thing; an argument named `if_match`."""

ETAG = [
    ResponseHeader(
        name="ETag", documentation_only=True, description="Names this state of it; for `If-Match`."
    )
]
"""The description of the header of an answer that shows one thing."""

MADE = [
    *ETAG,
    ResponseHeader(name="Location", documentation_only=True, description="Where the new one is found."),
]
"""The same of an answer that shows a new one."""


def tagged(shown: Shown, *, status: int = 200, location: str = "") -> Response[Shown]:
    """Return an answer that shows one thing, and its tag; `location` is where a new one is found."""
    headers = {"etag": etag_of(shown)}
    if location:
        headers["location"] = location
    return Response(shown, status_code=status, headers=headers)


def etag_of(shown: msgspec.Struct) -> str:
    """Return the tag of a representation: another one for every difference that a client can see."""
    return f'"{blake2b(msgspec.json.encode(shown), digest_size=_DIGEST_BYTES).hexdigest()}"'


def check_match(if_match: str | None, shown: msgspec.Struct) -> None:
    """Look at what the client has seen; `shown` is read in the transaction of the change.

    Raises:
        EtagMissing: the client does not say.
        StaleEtag: it is not this.
    """
    if if_match is None:
        raise EtagMissing(detail="send the ETag of what you change as `If-Match`, or `If-Match: *`")
    seen = {tag.strip() for tag in if_match.split(",")}
    if not seen & {_ANY, etag_of(shown)}:
        raise StaleEtag(detail="it has changed since you read it: read it again")
