"""By dialect: who asks for embeddings, and who makes them."""

from oblivious.adapters.dialects.bedrock import embeddings as bedrock
from oblivious.adapters.dialects.cohere import embeddings as cohere
from oblivious.adapters.dialects.endpoint import BEDROCK, COHERE, GEMINI, OLLAMA, OPENAI_CHAT
from oblivious.adapters.dialects.gemini.translate import embeddings as gemini
from oblivious.adapters.dialects.ollama import embeddings as ollama
from oblivious.adapters.dialects.openai_chat.translate import embeddings as openai
from oblivious.adapters.embeddings.face import EmbeddingClient, EmbeddingUpstream

EMBEDDING_CLIENTS: dict[str, EmbeddingClient] = {
    face.name: face for face in (openai.EMBEDDING_CLIENT, gemini.EMBEDDING_CLIENT)
}

EMBEDDING_UPSTREAMS: dict[str, EmbeddingUpstream] = {
    module.EMBEDDING_UPSTREAM.name: module.EMBEDDING_UPSTREAM
    for module in (openai, gemini, cohere, ollama, bedrock)
}

NEAREST_EMBEDDINGS: dict[str, tuple[str, ...]] = {
    OPENAI_CHAT: (OPENAI_CHAT, COHERE, GEMINI, OLLAMA, BEDROCK),
    GEMINI: (GEMINI, COHERE, OLLAMA, OPENAI_CHAT, BEDROCK),
}
"""By a client's dialect: how a provider is asked. Those that know tasks come first, then those of its own."""
