import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from oblivious.adapters.chat.treatment import TREATED
from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES, Endpoint
from oblivious.adapters.providers.compatible import COMPATIBLE
from oblivious.adapters.providers.local import LOCAL
from oblivious.adapters.providers.provider import Provider, endpoint_url
from oblivious.adapters.registry import PROVIDERS, UPSTREAMS, endpoint_at


class TestCredential:
    @pytest.mark.parametrize(
        ("provider", "dialect", "header"),
        [
            ("openai", OPENAI_CHAT, (b"authorization", b"Bearer k")),
            ("anthropic", ANTHROPIC, (b"x-api-key", b"k")),
            ("deepseek", OPENAI_CHAT, (b"authorization", b"Bearer k")),
            ("deepseek", ANTHROPIC, (b"x-api-key", b"k")),
            ("openrouter", ANTHROPIC, (b"authorization", b"Bearer k")),
            ("azure", OPENAI_CHAT, (b"api-key", b"k")),
            ("azure", OPENAI_RESPONSES, (b"api-key", b"k")),
            ("azure-deployments", OPENAI_CHAT, (b"api-key", b"k")),
            ("vertex", ANTHROPIC, (b"authorization", b"Bearer k")),
            ("vertex-express", GEMINI, (b"x-goog-api-key", b"k")),
            ("bedrock-openai", OPENAI_CHAT, (b"authorization", b"Bearer k")),
            ("hunyuan", ANTHROPIC, (b"x-api-key", b"k")),
            ("minimax", ANTHROPIC, (b"authorization", b"Bearer k")),
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


class TestRows:
    def test_there_are_many_and_no_two_share_a_name(self) -> None:
        """A channel names its provider."""
        assert len(PROVIDERS) == len(COMPATIBLE) >= 32

    @pytest.mark.parametrize("row", COMPATIBLE, ids=lambda row: row.name)
    def test_a_row_speaks_dialects_that_exist(self, row: Provider) -> None:
        """At addresses that are complete; a key is presented only in dialects that are spoken."""
        assert set(row.auth) <= set(row.speaks) <= set(UPSTREAMS)
        assert row.speaks
        for dialect, url in row.speaks.items():
            assert not url or row.base_url(url, dialect) == url

    @pytest.mark.parametrize("row", COMPATIBLE, ids=lambda row: row.name)
    def test_a_vendor_is_reached_in_secret(self, row: Provider) -> None:
        """Only a server on this machine may be without TLS, and only that asks for no key."""
        local = row in LOCAL
        for url in filter(None, row.speaks.values()):
            parts = urlsplit(url)
            assert (parts.scheme, parts.hostname == "127.0.0.1") == (
                ("http", True) if local else ("https", False)
            )
        assert row.needs_key is not local

    @pytest.mark.parametrize(
        "row",
        [row for row in COMPATIBLE if row.needs_key or any(row.speaks.values())],
        ids=lambda row: row.name,
    )
    def test_a_row_says_where_and_when_it_was_read(self, row: Provider) -> None:
        """Whoever doubts it can look again."""
        assert re.search(r"\S.*, read 2026-\d\d-\d\d", row.source)

    def test_a_key_in_the_environment_makes_one_channel(self) -> None:
        """Two rows of one variable would make two, of which one is refused."""
        variables = Counter(row.key_variable for row in COMPATIBLE if row.key_variable)

        assert set(variables.values()) == {1}

    @pytest.mark.parametrize("row", COMPATIBLE, ids=lambda row: row.name)
    def test_a_key_alone_never_makes_a_channel_without_an_address(self, row: Provider) -> None:
        """Nor does it make one of a local server."""
        assert not row.key_variable or all(row.speaks.values())
        assert not row.key_variable or row not in LOCAL

    @pytest.mark.parametrize("row", COMPATIBLE, ids=lambda row: row.name)
    def test_what_a_vendor_lacks_has_a_neutral_name(self, row: Provider) -> None:
        """A name that is misspelt would lack nothing."""
        assert row.unsupported <= TREATED


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
