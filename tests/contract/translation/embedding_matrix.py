"""The matrix of embeddings as its document has it."""

from collections.abc import Iterator

from oblivious.adapters.embeddings.table import EMBEDDING_CLIENTS
from tests.contract.translation.embedding_cells import FEATURES, UPSTREAMS, Feature, Upstream, verdict

_ESTIMATED = "estimated, and marked in `x-oblivious-estimated`"
_DROPPED = "left out, and told in `x-oblivious-dropped`"
_WITH_CLUSTERS = ("cohere", "bedrock, Cohere 4", "bedrock, Nova")

HOW: dict[tuple[str, str], str] = {
    **{("usage that is not told", upstream.name): _ESTIMATED for upstream in UPSTREAMS},
    **{
        (task, upstream): _DROPPED
        for task in ("task: query", "task: similarity", "title")
        for upstream in ("openai_chat", "ollama", "bedrock, Titan 2")
    },
    **{("title", upstream): _DROPPED for upstream in _WITH_CLUSTERS},
    **{
        ("user", upstream): _DROPPED
        for upstream in ("gemini", "vertex, by predict", "ollama", "bedrock, Titan 2", *_WITH_CLUSTERS)
    },
    **{("task: similarity", upstream): "said as `clustering`" for upstream in _WITH_CLUSTERS},
}
"""By feature and upstream: what a change comes to. A change that is not here fails the suite."""

_WORDS = {"kept": "kept", "refused": "refused", "unsayable": "-"}

_HEAD = """## Embeddings

Where a model is served in another dialect than its client's; one that is served in the client's own passes as
it came. Tokens are spelled out, and vectors are packed for clients that want base64.
"""


def word(client: str, upstream: Upstream, feature: Feature) -> str:
    """Say what becomes of a feature.

    Raises:
        KeyError: it changes, and nobody has said how.
    """
    if upstream.keeps(client):
        return "as it came"
    found = verdict(client, upstream, feature)
    return HOW[feature.name, upstream.name] if found == "changed" else _WORDS[found]


def embeddings() -> Iterator[str]:
    """Yield the lines of the section."""
    yield _HEAD
    for client in EMBEDDING_CLIENTS:
        yield f"### A client of {client} wants embeddings"
        yield ""
        yield f"| feature | {' | '.join(upstream.name for upstream in UPSTREAMS)} |"
        yield f"| --- |{' --- |' * len(UPSTREAMS)}"
        for feature in FEATURES:
            cells = [word(client, upstream, feature) for upstream in UPSTREAMS]
            yield f"| {feature.name} | {' | '.join(cells)} |"
        yield ""
