"""Which providers tell balances, and how they are asked."""

import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import base_urls_of, served_at
from oblivious.channels.inquiries.balances import BALANCES, tells_balance
from oblivious.channels.inquiries.question import currency_at, question


class TestBalanceInquiries:
    def test_who_tells(self) -> None:
        """They are providers of ours."""
        telling = {name for name, provider in PROVIDERS.items() if tells_balance(provider)}

        assert telling == set(BALANCES)

    @pytest.mark.parametrize("name", sorted(BALANCES))
    def test_a_row_says_where_it_was_read(self, name: str) -> None:
        """And is asked in the provider's first dialect, for which every channel has a base URL."""
        inquiry = BALANCES[name]

        assert inquiry.dialect == next(iter(PROVIDERS[name].speaks))
        assert "read 2026-" in inquiry.source

    @pytest.mark.parametrize(
        ("name", "base_url", "url", "currency"),
        [
            ("deepseek", "", "https://api.deepseek.com/user/balance", ""),
            ("deepseek", "http://proxy/deep/v1", "http://proxy/deep/user/balance", ""),
            ("openrouter", "", "https://openrouter.ai/api/v1/key", ""),
            ("moonshot", "", "https://api.moonshot.ai/v1/users/me/balance", "USD"),
            ("moonshot-cn", "", "https://api.moonshot.cn/v1/users/me/balance", "CNY"),
            ("moonshot", "http://proxy", "http://proxy/v1/users/me/balance", ""),
            ("siliconflow", "", "https://api.siliconflow.cn/v1/user/info", "CNY"),
            (
                "siliconflow",
                "https://api.siliconflow.com",
                "https://api.siliconflow.com/v1/user/info",
                "USD",
            ),
            ("stepfun", "", "https://api.stepfun.com/v1/accounts", "CNY"),
            ("stepfun", "https://api.stepfun.ai/v1", "https://api.stepfun.ai/v1/accounts", "USD"),
            ("novita", "", "https://api.novita.ai/openapi/v1/billing/balance/detail", ""),
        ],
    )
    def test_the_address_and_what_it_says_of_the_currency(
        self, name: str, base_url: str, url: str, currency: str
    ) -> None:
        """Through a proxy nobody knows the site, and nobody guesses."""
        provider, inquiry = PROVIDERS[name], BALANCES[name]
        bases = served_at(provider, base_urls_of(provider, base_url) if base_url else {})
        asked = question(inquiry, provider, bases, "k")

        assert str(asked.url) == url
        assert currency_at(inquiry, asked.url) == currency
