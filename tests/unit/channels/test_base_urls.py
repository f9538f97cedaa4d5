import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import base_urls_of, served_at
from oblivious.contracts.changes import ChangeRefused

CHAT, RESPONSES, MESSAGES, GEMINI = "openai_chat", "openai_responses", "anthropic", "gemini"


class TestBaseUrlsOf:
    @pytest.mark.parametrize(
        ("provider", "given", "expected"),
        [
            ("openai", "http://h:8000/v1", {CHAT: "http://h:8000/v1", RESPONSES: "http://h:8000/v1"}),
            ("openai", "http://h:8000", {CHAT: "http://h:8000/v1", RESPONSES: "http://h:8000/v1"}),
            ("openai", "http://h:8000/", {CHAT: "http://h:8000/v1", RESPONSES: "http://h:8000/v1"}),
            ("openai", "https://h/x/v4/", {CHAT: "https://h/x/v4", RESPONSES: "https://h/x/v4"}),
            ("anthropic", "http://h", {MESSAGES: "http://h/v1"}),
            ("anthropic", "http://h/anthropic", {MESSAGES: "http://h/anthropic/v1"}),
            ("deepseek", "http://h", {CHAT: "http://h/v1", MESSAGES: "http://h/anthropic/v1"}),
            ("deepseek", "http://h/v1", {CHAT: "http://h/v1", MESSAGES: "http://h/anthropic/v1"}),
            ("deepseek", "http://h/other", {CHAT: "http://h/other"}),
            ("zhipu", "http://h", {CHAT: "http://h/api/paas/v4", MESSAGES: "http://h/api/anthropic/v1"}),
            ("zhipu", "http://h/api/coding/paas/v4", {CHAT: "http://h/api/coding/paas/v4"}),
            (
                "azure",
                "https://r.openai.azure.com/openai/v1/",
                dict.fromkeys((CHAT, RESPONSES), "https://r.openai.azure.com/openai/v1"),
            ),
            (
                "vllm",
                "http://gpu:8000",
                dict.fromkeys((CHAT, RESPONSES, MESSAGES), "http://gpu:8000/v1"),
            ),
            (
                "openai-compatible",
                "http://[::1]:1",
                {CHAT: "http://[::1]:1/v1", RESPONSES: "http://[::1]:1/v1"},
            ),
            (
                "demo",
                "http://h:1",
                {
                    **dict.fromkeys((CHAT, RESPONSES, MESSAGES), "http://h:1/v1"),
                    GEMINI: "http://h:1/v1beta",
                },
            ),
        ],
    )
    def test_one_url_serves_the_dialects_that_it_can_stand_for(
        self, provider: str, given: str, expected: dict[str, str]
    ) -> None:
        """With or without the version, with or without a slash at the end."""
        assert base_urls_of(PROVIDERS[provider], given) == expected

    @pytest.mark.parametrize(
        "given",
        [
            "h:8000",
            "ftp://h",
            "http://",
            "http://h:99999",
            "http://h/v1?key=x",
            "http://u:p@h",
            "http://h/ v1",
            "/v1",
        ],
    )
    def test_anything_else_is_refused_by_name(self, given: str) -> None:
        """The error names the field."""
        with pytest.raises(ChangeRefused) as caught:
            base_urls_of(PROVIDERS["openai"], given)

        assert caught.value.field == "base_url"


class TestServedAt:
    def test_without_urls_of_its_own_a_channel_goes_to_the_provider(self) -> None:
        """So a provider that moves takes its channels along."""
        assert served_at(PROVIDERS["anthropic"], {}) == {MESSAGES: "https://api.anthropic.com/v1"}

    @pytest.mark.parametrize("provider", ["openai-compatible", "azure", "bedrock-openai", "cloudflare"])
    def test_a_provider_without_a_home_serves_nothing_there(self, provider: str) -> None:
        """Each channel brings its own."""
        assert served_at(PROVIDERS[provider], {}) == {}
