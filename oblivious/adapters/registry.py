"""Names to things: dialects, endpoints, providers."""

from oblivious.adapters.dialects.anthropic.endpoints import COUNT_TOKENS, MESSAGES
from oblivious.adapters.dialects.anthropic.face import Anthropic
from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.face import RelayFace
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT, COMPLETIONS, EMBEDDINGS, MODERATIONS
from oblivious.adapters.dialects.openai_chat.face import OpenAIChat
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.providers.compatible import COMPATIBLE
from oblivious.adapters.providers.provider import Provider

__all__ = ["ENDPOINTS", "FACES", "PROVIDERS", "Endpoint", "Provider", "RelayFace", "endpoint_at", "face_of"]

FACES: dict[str, RelayFace] = {face.name: face for face in (OpenAIChat(), OpenAIResponses(), Anthropic())}
"""Relay faces by dialect."""

ENDPOINTS: tuple[Endpoint, ...] = (
    CHAT,
    COMPLETIONS,
    EMBEDDINGS,
    MODERATIONS,
    RESPONSES,
    MESSAGES,
    COUNT_TOKENS,
)

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in COMPATIBLE}
"""Providers by name."""

_BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


def endpoint_at(path: str, method: str = "POST") -> Endpoint | None:
    """Return the endpoint at a path below the version, such as `chat/completions`; None if there is none."""
    endpoint = _BY_PATH.get(path)
    return endpoint if endpoint is not None and endpoint.method == method else None


def face_of(endpoint: Endpoint) -> RelayFace:
    """Return the relay face that an endpoint belongs to."""
    return FACES[endpoint.dialect]
