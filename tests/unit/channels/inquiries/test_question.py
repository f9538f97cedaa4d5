"""How a row of a table becomes a request."""

from typing import Any

import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import served_at
from oblivious.channels.inquiries.inquiry import Inquiry
from oblivious.channels.inquiries.models import models_inquiry
from oblivious.channels.inquiries.question import Question, question
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import BadCredential

CHAT = "openai_chat"


def asked_of(name: str, secret: str = "k") -> Question:
    provider = PROVIDERS[name]
    return question(models_inquiry(provider), provider, served_at(provider, {}), secret)


def row(path: str, **more: Any) -> Inquiry[str]:
    return Inquiry(CHAT, path, bytes.decode, "a test", **more)


class TestQuestion:
    @pytest.mark.parametrize(
        ("name", "header"),
        [
            ("openai", (b"authorization", b"Bearer k")),
            ("anthropic", (b"x-api-key", b"k")),
            ("gemini", (b"x-goog-api-key", b"k")),
            ("cohere", (b"authorization", b"Bearer k")),
        ],
    )
    def test_the_key_is_presented_as_in_its_dialect(self, name: str, header: tuple[bytes, bytes]) -> None:
        """It never stands in the address, which may be logged."""
        asked = asked_of(name)

        assert header in asked.headers
        assert "k" not in dict(asked.url.params).values()

    def test_without_a_key_nothing_is_presented(self) -> None:
        """Servers of one's own often ask for none."""
        assert {name for name, _ in asked_of("ollama", "").headers} == {
            b"accept",
            b"accept-encoding",
            b"user-agent",
        }

    def test_anthropic_hears_a_version(self) -> None:
        """Without one it refuses everything."""
        assert (b"anthropic-version", b"2023-06-01") in asked_of("anthropic").headers

    @pytest.mark.parametrize(
        ("base", "path", "url"),
        [
            ("https://h/v1", "models", "https://h/v1/models"),
            ("https://h/v1/", "models", "https://h/v1/models"),
            ("https://h", "../models", "https://h/models"),
            ("https://h/a/v1", "../user/balance", "https://h/a/user/balance"),
            ("https://h:8443/v1?api-version=3", "models", "https://h:8443/v1/models?api-version=3"),
            ("http://[::1]:1/v1", "models", "http://[::1]:1/v1/models"),
        ],
    )
    def test_a_path_is_followed_from_the_base_url(self, base: str, path: str, url: str) -> None:
        """The query of a base URL belongs to every request."""
        assert str(question(row(path), PROVIDERS["openai"], {CHAT: base}, "k").url) == url

    def test_a_further_page(self) -> None:
        """Its mark is written so that it means itself."""
        inquiry = row("models", query={"limit": "9"}, turns="after")
        url = question(inquiry, PROVIDERS["openai"], {CHAT: "https://h/v1"}, "k", "a&b=c d").url

        assert dict(url.params) == {"limit": "9", "after": "a&b=c d"}
        assert str(url).endswith("models?limit=9&after=a%26b%3Dc%20d") or str(url).endswith("a%26b%3Dc+d")

    @pytest.mark.parametrize("bases", [{}, {"anthropic": "https://h/v1"}], ids=["no base", "another's"])
    def test_a_channel_without_the_base_url_is_not_asked(self, bases: dict[str, str]) -> None:
        """No address is made up."""
        with pytest.raises(ChangeRefused, match="openai") as refused:
            question(row("models"), PROVIDERS["openai"], bases, "k")

        assert refused.value.field == "base_url"

    def test_what_is_no_url_is_not_asked(self) -> None:
        """The base URLs of rows were checked when they were written; others may not have been."""
        with pytest.raises(ChangeRefused, match="is no URL that can be asked"):
            question(row("models"), PROVIDERS["openai"], {CHAT: "http://h:port/v1"}, "k")

    @pytest.mark.parametrize("secret", ["sk-a\r\nx-other: 1", "sk-\x00", "sk-\x7f"])
    def test_a_key_cannot_add_headers(self, secret: str) -> None:
        """And the error does not tell it."""
        with pytest.raises(BadCredential) as refused:
            asked_of("openai", secret)

        assert "sk-" not in str(refused.value)
