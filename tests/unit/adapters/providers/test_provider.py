import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, Endpoint
from oblivious.adapters.providers.provider import endpoint_url
from oblivious.adapters.registry import PROVIDERS, endpoint_at


class TestCredential:
    @pytest.mark.parametrize(
        ("provider", "dialect", "header"),
        [
            ("openai", OPENAI_CHAT, (b"authorization", b"Bearer k")),
            ("anthropic", ANTHROPIC, (b"x-api-key", b"k")),
            ("deepseek", OPENAI_CHAT, (b"authorization", b"Bearer k")),
            ("deepseek", ANTHROPIC, (b"x-api-key", b"k")),
            ("openrouter", ANTHROPIC, (b"authorization", b"Bearer k")),
        ],
    )
    def test_a_key_is_presented_as_the_vendor_wants(
        self, provider: str, dialect: str, header: tuple[bytes, bytes]
    ) -> None:
        """One vendor may want it differently in each dialect."""
        assert PROVIDERS[provider].credential(dialect, "k") == header

    def test_no_key_is_no_header(self) -> None:
        """A local server asks for none."""
        assert PROVIDERS["ollama"].credential(OPENAI_CHAT, "") is None


class TestEndpointUrl:
    @pytest.mark.parametrize(
        ("base", "path", "expected"),
        [
            ("https://api.openai.com/v1", "chat/completions", "https://api.openai.com/v1/chat/completions"),
            ("http://127.0.0.1:9000", "chat/completions", "http://127.0.0.1:9000/v1/chat/completions"),
            ("http://127.0.0.1:9000/", "messages", "http://127.0.0.1:9000/v1/messages"),
            ("http://127.0.0.1:9000/v1/", "responses", "http://127.0.0.1:9000/v1/responses"),
            (
                "https://open.bigmodel.cn/api/paas/v4",
                "embeddings",
                "https://open.bigmodel.cn/api/paas/v4/embeddings",
            ),
            ("https://x.test/anthropic", "messages", "https://x.test/anthropic/v1/messages"),
            ("https://x.test/anthropic/v1", "messages", "https://x.test/anthropic/v1/messages"),
        ],
    )
    def test_a_version_is_there_once(self, base: str, path: str, expected: str) -> None:
        """However operators write a base URL; Anthropic's SDK leaves the version to the path."""
        assert endpoint_url(base, _endpoint(path)) == expected


def _endpoint(path: str) -> Endpoint:
    endpoint = endpoint_at(path)
    assert endpoint is not None
    return endpoint
