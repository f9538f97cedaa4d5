"""Paths as clients write them."""

import pytest

from oblivious.gateway.routes.paths import place_of


class TestPlaceOf:
    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("/v1/chat/completions", "chat_completions"),
            ("/chat/completions", "chat_completions"),
            ("/v1/v1/chat/completions", "chat_completions"),
            ("//v1//chat/completions/", "chat_completions"),
            ("/v1/responses", "responses"),
            ("/v1/messages", "messages"),
            ("/v1/messages/count_tokens", "count_tokens"),
            ("/v1/embeddings", "embeddings"),
        ],
    )
    def test_endpoints_are_found_forgivingly(self, path: str, name: str) -> None:
        """With or without the version, doubled, with stray slashes."""
        endpoint = place_of(path.encode()).endpoint

        assert endpoint is not None
        assert endpoint.name == name

    @pytest.mark.parametrize(
        ("path", "name", "model", "stream"),
        [
            ("/v1beta/models/gemini-3:generateContent", "generate_content", "gemini-3", False),
            ("/v1/models/gemini-3:streamGenerateContent", "generate_content", "gemini-3", True),
            ("/models/meta/llama-3:countTokens", "count_content_tokens", "meta/llama-3", False),
            ("/v1beta/models/ft%3A1%2Fx:embedContent", "embed_content", "ft:1/x", False),
            ("/v1beta/models/m:batchEmbedContents/", "batch_embed_contents", "m", False),
        ],
    )
    def test_geminis_paths_name_the_model_and_what_to_do(
        self, path: str, name: str, model: str, *, stream: bool
    ) -> None:
        """Below either version."""
        place = place_of(path.encode())

        assert place.endpoint is not None
        assert (place.endpoint.name, place.model, place.stream) == (name, model, stream)

    @pytest.mark.parametrize(
        ("path", "kind", "model"),
        [
            ("/", "hello", ""),
            ("/v1", "hello", ""),
            ("/api/hello", "hello", ""),
            ("/v1/models", "models", ""),
            ("/v1/models/", "models", ""),
            ("/v1/models/gpt-4o", "model", "gpt-4o"),
            ("/v1/models/meta/llama-3", "model", "meta/llama-3"),
            ("/v1beta/models", "models", ""),
            ("/v1/models/llama3:8b", "model", "llama3:8b"),
            ("/v1/models/meta%2Fllama-3", "model", "meta/llama-3"),
            ("/v1/nothing", "nothing", ""),
        ],
    )
    def test_what_is_no_endpoint(self, path: str, kind: str, model: str) -> None:
        """Greetings, model lists, model ids with slashes, and nothing at all."""
        place = place_of(path.encode())

        assert (place.kind, place.model) == (kind, model)
