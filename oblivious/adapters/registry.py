"""Names to things: dialects, endpoints, providers."""

from oblivious.adapters.counting.table import NEAREST_COUNTERS
from oblivious.adapters.dialects.anthropic.endpoints import COUNT_TOKENS, MESSAGES
from oblivious.adapters.dialects.anthropic.face import Anthropic
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_CLIENT, MESSAGES_UPSTREAM
from oblivious.adapters.dialects.bedrock.translate.face import CONVERSE_UPSTREAM
from oblivious.adapters.dialects.cohere.translate.face import COHERE_UPSTREAM
from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    BEDROCK,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
    Endpoint,
    Kind,
)
from oblivious.adapters.dialects.face import RelayFace
from oblivious.adapters.dialects.gemini.array import GeminiArray
from oblivious.adapters.dialects.gemini.endpoints import ACTIONS, AS_EVENTS
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_CLIENT, GEMINI_UPSTREAM
from oblivious.adapters.dialects.ollama.translate.face import OLLAMA_UPSTREAM
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT, COMPLETIONS, EMBEDDINGS, MODERATIONS
from oblivious.adapters.dialects.openai_chat.face import OpenAIChat
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_CLIENT, CHAT_UPSTREAM
from oblivious.adapters.dialects.openai_responses.endpoints import INPUT_TOKENS, RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT, RESPONSES_UPSTREAM
from oblivious.adapters.dialects.translate import ClientFace, UpstreamFace
from oblivious.adapters.embeddings.table import NEAREST_EMBEDDINGS
from oblivious.adapters.providers.compatible import COMPATIBLE
from oblivious.adapters.providers.provider import Provider

__all__ = [
    "ACTIONS",
    "AS_EVENTS",
    "CLIENTS",
    "ENDPOINTS",
    "FACES",
    "NEAREST",
    "NEAREST_OF",
    "PROVIDERS",
    "UPSTREAMS",
    "Endpoint",
    "Provider",
    "RelayFace",
    "array_face",
    "endpoint_at",
    "face_of",
]

FACES: dict[str, RelayFace] = {
    face.name: face for face in (OpenAIChat(), OpenAIResponses(), Anthropic(), Gemini())
}
"""Relay faces by dialect."""

ENDPOINTS: tuple[Endpoint, ...] = (
    CHAT,
    COMPLETIONS,
    EMBEDDINGS,
    MODERATIONS,
    RESPONSES,
    INPUT_TOKENS,
    MESSAGES,
    COUNT_TOKENS,
    *(action.endpoint for action in ACTIONS.values() if not action.stream),
)

CLIENTS: dict[str, ClientFace] = {
    face.name: face for face in (CHAT_CLIENT, RESPONSES_CLIENT, MESSAGES_CLIENT, GEMINI_CLIENT)
}
"""By dialect: how its clients are understood, whatever their upstream speaks."""

UPSTREAMS: dict[str, UpstreamFace] = {
    face.name: face
    for face in (
        CHAT_UPSTREAM,
        RESPONSES_UPSTREAM,
        MESSAGES_UPSTREAM,
        GEMINI_UPSTREAM,
        OLLAMA_UPSTREAM,
        COHERE_UPSTREAM,
        CONVERSE_UPSTREAM,
    )
}
"""By dialect: how its upstreams are spoken to, whatever the client speaks."""

NEAREST: dict[str, tuple[str, ...]] = {
    OPENAI_CHAT: (OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC, BEDROCK, GEMINI, OLLAMA, COHERE),
    OPENAI_RESPONSES: (OPENAI_RESPONSES, OLLAMA, COHERE, OPENAI_CHAT, ANTHROPIC, BEDROCK, GEMINI),
    ANTHROPIC: (ANTHROPIC, BEDROCK, OPENAI_RESPONSES, OLLAMA, COHERE, OPENAI_CHAT, GEMINI),
    GEMINI: (GEMINI, OPENAI_RESPONSES, ANTHROPIC, BEDROCK, OLLAMA, COHERE, OPENAI_CHAT),
}
"""By a client's dialect: in which dialect a provider is asked, the one that loses least first."""

NEAREST_OF: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.CHAT: NEAREST,
    Kind.EMBEDDINGS: NEAREST_EMBEDDINGS,
    Kind.COUNT: NEAREST_COUNTERS,
}
"""The same, by what is asked for."""

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in COMPATIBLE}
"""Providers by name."""

_ARRAYS: dict[str, RelayFace] = {GEMINI: GeminiArray()}

_BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


def endpoint_at(path: str, method: str = "POST") -> Endpoint | None:
    """Return the endpoint at a path below the version, such as `chat/completions`; None if there is none."""
    endpoint = _BY_PATH.get(path)
    return endpoint if endpoint is not None and endpoint.method == method else None


def array_face(endpoint: Endpoint) -> RelayFace:
    """Return the face that streams as one JSON array."""
    return _ARRAYS[endpoint.dialect]


def face_of(endpoint: Endpoint) -> RelayFace:
    """Return the relay face that an endpoint belongs to."""
    return FACES[endpoint.dialect]
