"""Which providers tell their models, and how they are asked."""

import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import served_at
from oblivious.channels.inquiries.models import MODEL_LISTS, WITHOUT_LIST, models_inquiry, tells_models
from oblivious.channels.inquiries.question import question
from oblivious.contracts.changes import ChangeRefused

TELLING = [name for name, provider in PROVIDERS.items() if tells_models(provider)]
OWN_BASES = {"demo", "openai-compatible", "anthropic-compatible", "cloudflare", "bedrock-openai"}


class TestModelsInquiry:
    @pytest.mark.parametrize("name", TELLING)
    def test_a_provider_is_asked_in_a_dialect_that_it_speaks(self, name: str) -> None:
        """Each row says where that was read."""
        provider = PROVIDERS[name]
        inquiry = models_inquiry(provider)

        assert inquiry.dialect in provider.speaks
        assert "read 2026-" in inquiry.source

    @pytest.mark.parametrize("name", sorted(WITHOUT_LIST))
    def test_who_has_no_list_says_why(self, name: str) -> None:
        """The field is the one that an operator would change."""
        with pytest.raises(ChangeRefused, match="cannot be asked for its models: ") as refused:
            models_inquiry(PROVIDERS[name])

        assert refused.value.field == "provider"
        assert not tells_models(PROVIDERS[name])

    def test_every_dialect_is_asked_in_its_own_way(self) -> None:
        """A row stands under the dialect whose base URL it needs."""
        assert all(inquiry.dialect == dialect for dialect, inquiry in MODEL_LISTS.items())

    @pytest.mark.parametrize(
        ("name", "url"),
        [
            ("openai", "https://api.openai.com/v1/models"),
            ("anthropic", "https://api.anthropic.com/v1/models?limit=1000"),
            ("gemini", "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000"),
            ("cohere", "https://api.cohere.com/v1/models?page_size=1000"),
            ("ollama", "http://127.0.0.1:11434/api/tags"),
            ("ollama-cloud", "https://ollama.com/api/tags"),
            ("perplexity", "https://api.perplexity.ai/v1/models"),
            ("zhipu", "https://open.bigmodel.cn/api/paas/v4/models"),
            ("volcengine", "https://ark.cn-beijing.volces.com/api/v3/models"),
            ("qianfan", "https://qianfan.baidubce.com/v2/models"),
            ("groq", "https://api.groq.com/openai/v1/models"),
            (
                "fireworks",
                (
                    "https://api.fireworks.ai/v1/accounts/fireworks/models"
                    "?filter=supports_serverless%3Dtrue&pageSize=200"
                ),
            ),
        ],
    )
    def test_the_address(self, name: str, url: str) -> None:
        """It follows from the base URL that requests go to."""
        provider = PROVIDERS[name]

        assert str(question(models_inquiry(provider), provider, served_at(provider, {}), "k").url) == url

    def test_cloudflare_is_asked_beside_its_compatible_path(self) -> None:
        """The account stands in the channel's base URL."""
        provider = PROVIDERS["cloudflare"]
        bases = {"openai_chat": "https://api.cloudflare.com/client/v4/accounts/acc/ai/v1"}
        asked = question(models_inquiry(provider), provider, bases, "k")

        assert (
            str(asked.url)
            == "https://api.cloudflare.com/client/v4/accounts/acc/ai/models/search?per_page=1000"
        )

    def test_everybody_else_is_at_home(self) -> None:
        """Who has an address of its own can be asked without another one."""
        for name in set(TELLING) - OWN_BASES:
            provider = PROVIDERS[name]
            assert question(models_inquiry(provider), provider, served_at(provider, {}), "k").url.host
