"""The matrix as its document has it: made from what the cells really do.

python -m tests.contract.translation.matrix    writes docs/translation.md
"""

from collections.abc import Iterator
from pathlib import Path

from oblivious.adapters.chat.treatment import TREATED, Treatments
from oblivious.adapters.dialects.anthropic.translate import treatments as messages
from oblivious.adapters.dialects.bedrock.translate import treatments as converse
from oblivious.adapters.dialects.cohere.translate import treatments as cohere
from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    BEDROCK,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
)
from oblivious.adapters.dialects.gemini.translate import treatments as gemini
from oblivious.adapters.dialects.ollama.translate import treatments as ollama
from oblivious.adapters.dialects.openai_chat.translate import treatments as chat
from oblivious.adapters.dialects.openai_responses.translate import treatments as responses
from oblivious.adapters.registry import CLIENTS, PROVIDERS, UPSTREAMS
from tests.contract.translation.broken import BROKEN
from tests.contract.translation.cells import verdict
from tests.contract.translation.choosing import by_calls
from tests.contract.translation.counting_matrix import counts
from tests.contract.translation.embedding_matrix import embeddings
from tests.contract.translation.features import FEATURES, Feature

PAGE = Path(__file__).parents[3] / "docs" / "translation.md"

HOW: dict[tuple[str, str], str] = {
    ("stop sequences", "openai_responses"): "left out, and told in `x-oblivious-dropped`",
    ("cache marks", "openai_responses"): "left out: it caches unasked",
    ("cache marks", "gemini"): "left out: it caches unasked",
    ("image by URL", "gemini"): "fetched, and sent as data",
    ("image by URL", "bedrock"): "fetched, and sent as data",
    ("usage", "bedrock"): "all but the tokens of thought, which it does not count apart",
    ("image by URL", "ollama"): "fetched, and sent as data",
    ("tool choice", "ollama"): "it cannot be forced; told in `x-oblivious-dropped`",
    ("a named tool", "ollama"): "no other one is offered; told in `x-oblivious-dropped`",
    ("cache marks", "ollama"): "left out: it caches unasked",
    ("citations", "ollama"): "its models name no sources",
    ("usage", "ollama"): "in and out: what was cached or thought is not told apart",
    ("a named tool", "cohere"): "no other one is offered, and one must be called",
    ("cache marks", "cohere"): "left out: it caches unasked",
    ("usage", "cohere"): "what it bills: thoughts are not told apart",
}
"""By feature and upstream: what a change comes to. A change that is not here fails the suite."""

BY_CALLS = "refused, or a call for each"

_WORDS = {"kept": "kept", "refused": "refused", "unsayable": "-"}

_HEAD = """# What crosses from dialect to dialect

Made by `python -m tests.contract.translation.matrix` from the contract suite, which tries every cell, whole
and streamed; a test holds this page to its result. A table is one dialect of clients, a column a dialect
in which a model may be served.

*kept*: it arrives as it was said. *refused*: a 400 that names the field; nothing is billed. *-*: the client's
own dialect has no words for it. *A call for each*: where the caller's group has `--calls-per-choice`, up to
eight answers come from as many calls, and their input is paid as often.
"""


_PARAMETERS = """## What becomes of parameters

By their neutral names. *said*: the dialect has its own word for it. *dropped*: left out, and named in the
answer's header `x-oblivious-dropped`. *refused*: a 400 that names it, unless the value changes nothing.
"""

_VENDORS = """## What single vendors of chat lack

Beyond their dialect. It is left out and named likewise; what the answer would visibly lack is refused.
"""

TREATMENTS_OF: dict[str, Treatments] = {
    OPENAI_CHAT: chat.TREATMENTS,
    OPENAI_RESPONSES: responses.TREATMENTS,
    ANTHROPIC: messages.TREATMENTS,
    GEMINI: gemini.TREATMENTS,
    BEDROCK: converse.TREATMENTS,
    OLLAMA: ollama.TREATMENTS,
    COHERE: cohere.TREATMENTS,
}


def word(client: str, upstream: str, feature: Feature) -> str:
    """Say what becomes of a feature between two dialects.

    Raises:
        KeyError: it changes, and nobody has said how.
    """
    found = [verdict(client, upstream, feature, stream=stream) for stream in (False, True)]
    words = [HOW[feature.name, upstream] if one == "changed" else _WORDS[one] for one in found]
    if feature.name == "n > 1":
        words = [_or_by_calls(client, upstream, words[stream], stream=bool(stream)) for stream in (0, 1)]
    return words[0] if words[0] == words[1] else f"{words[0]}; streamed: {words[1]}"


def _or_by_calls(client: str, upstream: str, word: str, *, stream: bool) -> str:
    """Say it, too, where several calls can do what one can't."""
    return BY_CALLS if word == "refused" and by_calls(client, upstream, stream=stream) == "kept" else word


def _told(client: str, upstream: str, broken: str) -> str:
    words = {BROKEN[broken](client, upstream, stream=stream) for stream in (False, True)}
    return " or ".join(sorted(words))


def page() -> str:
    """Return the whole document."""
    tables = [line for client in CLIENTS for line in _table(client)]
    return "\n".join([_HEAD, *tables, *embeddings(), *counts(), *_parameters(), *_vendors()])


def _parameters() -> Iterator[str]:
    yield _PARAMETERS
    yield f"| parameter | {' | '.join(TREATMENTS_OF)} |"
    yield f"| --- |{' --- |' * len(TREATMENTS_OF)}"
    for name in sorted(TREATED):
        yield f"| `{name}` | {' | '.join(table[name].value for table in TREATMENTS_OF.values())} |"
    yield ""


def _vendors() -> Iterator[str]:
    yield _VENDORS
    yield "| vendor | lacks | calls otherwise |"
    yield "| --- | --- | --- |"
    for vendor in PROVIDERS.values():
        if vendor.unsupported or vendor.renames:
            lacks = ", ".join(f"`{name}`" for name in sorted(vendor.unsupported))
            others = ", ".join(
                f"`{old}`: " + (f"`{new}`" if new else "left out") for old, new in vendor.renames.items()
            )
            yield f"| {vendor.name} | {lacks} | {others} |"
    yield ""


def _table(client: str) -> Iterator[str]:
    upstreams = list(UPSTREAMS)
    yield f"## A client of {client}"
    yield ""
    yield f"| feature | {' | '.join(upstreams)} |"
    yield f"| --- |{' --- |' * len(upstreams)}"
    for feature in FEATURES:
        yield f"| {feature.name} | {' | '.join(word(client, upstream, feature) for upstream in upstreams)} |"
    for name in BROKEN:
        yield f"| {name} | {' | '.join(_told(client, upstream, name) for upstream in upstreams)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
