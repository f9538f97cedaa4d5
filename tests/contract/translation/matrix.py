"""The matrix as its document has it: made from what the cells really do.

python -m tests.contract.translation.matrix    writes docs/translation.md
"""

from collections.abc import Iterator
from pathlib import Path

from oblivious.adapters.registry import TRANSLATES
from tests.contract.translation.cells import verdict
from tests.contract.translation.features import FEATURES, Feature

PAGE = Path(__file__).parents[3] / "docs" / "translation.md"

HOW: dict[tuple[str, str], str] = {
    ("stop sequences", "openai_responses"): "left out, and told in `x-oblivious-dropped`",
    ("cache marks", "openai_responses"): "left out: it caches unasked",
    ("cache marks", "gemini"): "left out: it caches unasked",
    ("image by URL", "gemini"): "fetched, and sent as data",
}
"""By feature and upstream: what a change comes to. A change that is not here fails the suite."""

_WORDS = {"kept": "kept", "refused": "refused", "unsayable": "-"}

_HEAD = """# What crosses from dialect to dialect

Made by `python -m tests.contract.translation.matrix` from the contract suite, which tries every cell, whole
and streamed; a test holds this page to its result. A table is one dialect of clients, a column a dialect
in which a model may be served.

*kept*: it arrives as it was said. *refused*: a 400 that names the field; nothing is billed. *-*: the client's
own dialect has no words for it.
"""


def word(client: str, upstream: str, feature: Feature) -> str:
    """Say what becomes of a feature between two dialects.

    Raises:
        KeyError: it changes, and nobody has said how.
    """
    found = [verdict(client, upstream, feature, stream=stream) for stream in (False, True)]
    words = [HOW[feature.name, upstream] if one == "changed" else _WORDS[one] for one in found]
    return words[0] if words[0] == words[1] else f"{words[0]}; streamed: {words[1]}"


def page() -> str:
    """Return the whole document."""
    return "\n".join([_HEAD, *(line for client in TRANSLATES for line in _table(client))])


def _table(client: str) -> Iterator[str]:
    upstreams = list(TRANSLATES)
    yield f"## A client of {client}"
    yield ""
    yield f"| feature | {' | '.join(upstreams)} |"
    yield f"| --- |{' --- |' * len(upstreams)}"
    for feature in FEATURES:
        yield f"| {feature.name} | {' | '.join(word(client, upstream, feature) for upstream in upstreams)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
