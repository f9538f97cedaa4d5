import httpx

from oblivious.adapters.registry import PROVIDERS


class TestProviders:
    async def test_every_provider_is_listed(self, api: httpx.AsyncClient) -> None:
        """By name, on as many pages as it takes."""
        page = (await api.get("/providers", params={"limit": "200"})).json()

        assert [item["name"] for item in page["items"]] == sorted(PROVIDERS)

    async def test_one_says_where_it_is_and_how_it_is_entered(self, api: httpx.AsyncClient) -> None:
        """Base URLs and how keys are presented, by dialect."""
        shown = (await api.get("/providers/anthropic")).json()

        assert shown["dialects"] == {"anthropic": "https://api.anthropic.com/v1"}
        assert shown["auth"] == {"anthropic": "x-api-key"}
        assert (shown["needs_key"], shown["tells_models"], shown["tells_balance"]) == (True, True, False)

    async def test_they_can_be_searched(self, api: httpx.AsyncClient) -> None:
        """By what they speak, and by name."""
        found = (await api.get("/providers", params={"dialect": "gemini", "needs_key": "true"})).json()[
            "items"
        ]

        assert [item["name"] for item in found] == ["gemini", "vertex", "vertex-express"]
