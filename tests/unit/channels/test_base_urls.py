import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import base_urls_of, served_at
from oblivious.contracts.changes import ChangeRefused

CHAT, RESPONSES, MESSAGES, GEMINI = "openai_chat", "openai_responses", "anthropic", "gemini"
OLLAMA = "ollama"


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
            ("ollama", "http://h", {CHAT: "http://h/v1", OLLAMA: "http://h"}),
            ("ollama", "http://h/v1", {CHAT: "http://h/v1", OLLAMA: "http://h"}),
            ("ollama-cloud", "http://h/", {OLLAMA: "http://h"}),
            ("deepseek", "http://h", {CHAT: "http://h/v1", MESSAGES: "http://h/anthropic/v1"}),
            ("deepseek", "http://h/v1", {CHAT: "http://h/v1", MESSAGES: "http://h/anthropic/v1"}),
            ("deepseek", "http://h/other", {CHAT: "http://h/other"}),
            ("cohere", "http://h", {CHAT: "http://h/compatibility/v1", "cohere": "http://h/v2"}),
            ("zhipu", "http://h", {CHAT: "http://h/api/paas/v4", MESSAGES: "http://h/api/anthropic/v1"}),
            ("zhipu", "http://h/api/coding/paas/v4", {CHAT: "http://h/api/coding/paas/v4"}),
            (
                "azure",
                "https://r.openai.azure.com/openai/v1/",
                dict.fromkeys((CHAT, RESPONSES), "https://r.openai.azure.com/openai/v1"),
            ),
            (
                "azure-deployments",
                "https://r.openai.azure.com/openai/?api-version=2024-10-21",
                dict.fromkeys((CHAT, RESPONSES), "https://r.openai.azure.com/openai?api-version=2024-10-21"),
            ),
            (
                "vertex",
                "http://h:1",
                dict.fromkeys((GEMINI, MESSAGES, CHAT), "http://h:1/v1/projects/{project}/locations/global"),
            ),
            (
                "vertex",
                "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5",
                dict.fromkeys(
                    (GEMINI, MESSAGES, CHAT),
                    "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5",
                ),
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

    @pytest.mark.parametrize(
        ("provider", "query"),
        [
            ("azure-deployments", "key=x"),
            ("azure-deployments", "api-version=1&key=x"),
            ("azure", "api-version=1"),
        ],
    )
    def test_a_query_says_what_the_providers_own_says_or_nothing(self, provider: str, query: str) -> None:
        """Above all it has no key."""
        with pytest.raises(ChangeRefused, match="query"):
            base_urls_of(PROVIDERS[provider], f"https://r.test/openai?{query}")


class TestServedAt:
    def test_without_urls_of_its_own_a_channel_goes_to_the_provider(self) -> None:
        """So a provider that moves takes its channels along."""
        assert served_at(PROVIDERS["anthropic"], {}) == {MESSAGES: "https://api.anthropic.com/v1"}

    @pytest.mark.parametrize("provider", ["openai-compatible", "azure", "bedrock-openai", "cloudflare"])
    def test_a_provider_without_a_home_serves_nothing_there(self, provider: str) -> None:
        """Each channel brings its own."""
        assert served_at(PROVIDERS[provider], {}) == {}
