"""Gemini's endpoints: the model and the action stand in the path, and the action says whether it streams."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from oblivious.adapters.dialects.endpoint import GEMINI, Endpoint, Kind

GENERATE_CONTENT = Endpoint(
    name="generate_content",
    kind=Kind.CHAT,
    dialect=GEMINI,
    path="models/{model}:generateContent",
    conversation="contents",
    listed=True,
    streams=True,
)
COUNT_TOKENS = Endpoint(
    name="count_content_tokens",
    kind=Kind.COUNT,
    dialect=GEMINI,
    path="models/{model}:countTokens",
    conversation="contents",
    listed=True,
    instead=("generateContentRequest", "generate_content_request"),
    counts="totalTokens",
    free=True,
)
EMBED_CONTENT = Endpoint(
    name="embed_content",
    kind=Kind.EMBEDDINGS,
    dialect=GEMINI,
    path="models/{model}:embedContent",
    conversation="content",
)
BATCH_EMBED_CONTENTS = Endpoint(
    name="batch_embed_contents",
    kind=Kind.EMBEDDINGS,
    dialect=GEMINI,
    path="models/{model}:batchEmbedContents",
    conversation="requests",
    listed=True,
)

STREAMING = "models/{model}:streamGenerateContent"
AS_EVENTS = b"alt=sse"
"""The query of a stream of events; without it a stream is one JSON array."""


_COLLECTIONS = ("models/", "tunedModels/")


class Action(NamedTuple):
    """What a path asks for."""

    endpoint: Endpoint
    stream: bool = False


ACTIONS: Mapping[str, Action] = {
    "generateContent": Action(GENERATE_CONTENT),
    "streamGenerateContent": Action(GENERATE_CONTENT, stream=True),
    "countTokens": Action(COUNT_TOKENS),
    "embedContent": Action(EMBED_CONTENT),
    "batchEmbedContents": Action(BATCH_EMBED_CONTENTS),
}
"""By the word behind the colon of a path."""


def resource_of(model: str) -> str:
    """Return a model's full name; one that is written in full already keeps its own."""
    return model if model.startswith(_COLLECTIONS) else f"models/{model}"


def path_of(endpoint: Endpoint, model: str, *, stream: bool = False) -> str:
    """Return the path of an endpoint for a model, below the version."""
    template = STREAMING if stream else endpoint.path
    return template.replace("models/{model}", quote(resource_of(model), safe="/:@"))
