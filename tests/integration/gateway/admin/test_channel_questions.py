"""What a channel's provider is asked by the API, and what its shaping would do."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from oblivious.demo import DemoUpstream
from oblivious.demo.dialects.offers import MODELS
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.upstreams import whole
from tests.integration.gateway.admin.desk import ADMIN_EMAIL, Desk
from tests.unit.gateway.road.answers import ANSWER

SHAPING = {
    "headers": {"x-team": "{group}"},
    "operations": [
        {"op": "set", "path": "temperature", "value": 0, "when": [{"fact": "model", "is": "gpt"}]}
    ],
}

WISH: dict[str, Any] = {"model": "gpt", "group": "gold", "body": {"model": "gpt-up", "messages": []}}


async def add(api: httpx.AsyncClient, **wish: Any) -> None:
    """Add a channel; the first one has the number 1, and its keys count from 1."""
    usual = {"name": "a", "provider": "openai", "models": ["gpt"], "keys": ["sk-1"]}
    made = await api.post("/channels", json=usual | wish)
    assert made.status_code == 201, made.text


@pytest.fixture
async def demo() -> AsyncIterator[DemoUpstream]:
    server = DemoUpstream()
    await server.start()
    yield server
    await server.stop()


class TestModels:
    async def test_the_list_is_told_beside_what_is_served(
        self, api: httpx.AsyncClient, demo: DemoUpstream
    ) -> None:
        """What the channel lacks, and what its provider does not have; the channel stays as it is."""
        wish = {"models": ["mine", "gone", "p-*"], "mapping": {"mine": MODELS[0]}, "base_url": demo.url}
        await add(api, **wish)
        before = (await api.get("/channels/1")).json()
        told = (await api.post("/channels/1/models/fetch")).json()

        assert told["models"] == list(MODELS)
        assert told["unserved"] == list(MODELS[1:])
        assert (told["missing"], told["error"]) == (["gone"], "")
        assert (await api.get("/channels/1")).json() == before

    async def test_a_refusal_is_an_answer_too(self, api: httpx.AsyncClient) -> None:
        """With the provider's status and words."""

        async def refuse(link: Link) -> None:
            await link.request()
            await link.push(answer(b'{"error":{"message":"no such key"}}', status=b"401 Unauthorized"))

        async with raw_upstream(refuse) as upstream:
            await add(api, base_url=str(upstream.origin))
            told = (await api.post("/channels/1/models/fetch")).json()

        assert (told["status"], told["models"]) == (401, [])
        assert "no such key" in told["error"]

    @pytest.mark.parametrize(
        ("wish", "query", "field"),
        [
            pytest.param({"keys": []}, {}, "key_id", id="no key"),
            pytest.param({}, {"key_id": "9"}, "key_id", id="another channel's key"),
            pytest.param({}, {"key_id": "x"}, "key_id", id="no number"),
            pytest.param({}, {"key": "1"}, "key", id="a word that is none"),
            pytest.param({}, {"key_id": ["1", "1"]}, "key_id", id="twice"),
            pytest.param(
                {"provider": "perplexity", "keys": ["k"]}, {"key_id": "9"}, "key_id", id="a stranger"
            ),
            pytest.param({"provider": "spark"}, {}, "provider", id="a provider without a list"),
        ],
    )
    async def test_what_cannot_be_asked_is_named(
        self, api: httpx.AsyncClient, wish: dict[str, Any], query: dict[str, Any], field: str
    ) -> None:
        """And nobody is asked."""
        await add(api, **wish)
        refused = await api.post("/channels/1/models/fetch", params=query)

        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


class TestBalance:
    async def test_what_is_told_is_kept_with_the_key(self, api: httpx.AsyncClient) -> None:
        """Once for each key that an operator has not switched off."""

        async def tell(link: Link) -> None:
            while await link.request():
                await link.push(
                    answer(
                        b'{"is_available":true,"balance_infos":[{"currency":"USD","total_balance":"12.50",'
                        b'"granted_balance":"0.00","topped_up_balance":"12.50"}]}'
                    )
                )

        async with raw_upstream(tell) as upstream:
            await add(api, provider="deepseek", keys=["sk-1", "sk-2"], base_url=str(upstream.origin))
            assert (await api.post("/channels/1/keys/2/disable")).status_code == 200
            told = (await api.post("/channels/1/balance/fetch")).json()["items"]

        assert [
            (one["channel_key_id"], Decimal(one["amount"]), one["currency"], one["error"]) for one in told
        ] == [(1, Decimal("12.5"), "USD", "")]
        kept = (await api.get("/channels/1/keys/1")).json()["balance"]
        assert (Decimal(kept["amount"]), kept["currency"]) == (Decimal("12.5"), "USD")

    async def test_a_provider_that_tells_nothing_says_so(self, api: httpx.AsyncClient) -> None:
        """For each key."""
        await add(api)
        (told,) = (await api.post("/channels/1/balance/fetch")).json()["items"]

        assert (told["amount"], told["error"]) == (None, "the provider does not tell, or sets no limit")


class TestTest:
    async def test_a_channel_is_asked_with_its_key(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """And the channel's health has it."""
        await add(api, base_urls={"openai_chat": "http://chat.test/v1"})
        desk.fake.plays(whole(ANSWER))
        (told,) = (await api.post("/channels/1/test", json={"models": ["gpt"], "stream": False})).json()[
            "items"
        ]

        assert (told["ok"], told["model"], told["dialect"]) == (True, "gpt", "openai_chat")
        assert (await api.get("/channels/1/health")).json()["tests"] == [told]

    async def test_it_is_in_the_audit_though_the_provider_fails(self, api: httpx.AsyncClient) -> None:
        """It may have cost something."""
        await add(api)
        assert (await api.post("/channels/1/test", json={})).status_code == 200
        (row,) = (await api.get("/audit", params={"action": "test"})).json()["items"]

        assert (row["user"], row["kind"], row["name"]) == (ADMIN_EMAIL, "channel", "a")

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            pytest.param({"models": []}, "models", id="no model"),
            pytest.param({"models": "gpt"}, "models", id="a text for a list"),
            pytest.param({"key_ids": [9]}, "key_ids", id="another channel's key"),
            pytest.param({"key_ids": [0]}, "key_ids[0]", id="nobody's key"),
            pytest.param({"key_ids": []}, "key_ids", id="no key"),
            pytest.param({"stream": "yes"}, "stream", id="no flag"),
            pytest.param({"speed": 3}, "speed", id="an unknown member"),
        ],
    )
    async def test_a_bad_wish_is_named(
        self, desk: Desk, api: httpx.AsyncClient, wish: dict[str, Any], field: str
    ) -> None:
        """And nobody is asked."""
        await add(api)
        refused = await api.post("/channels/1/test", json=wish)

        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
        assert desk.fake.asked == []
        assert (await api.get("/audit", params={"action": "test"})).json()["total"] == 0


class TestDryRun:
    async def test_it_says_what_would_change(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """Before and after, and a line for each thing, as traces have it; nobody is asked."""
        await add(api, shaping=SHAPING, mapping={"gpt": "gpt-up"})
        told = (await api.post("/channels/1/dry-run", json=WISH)).json()

        assert told["upstream_model"] == "gpt-up"
        assert told["before"] == {"headers": [], "body": WISH["body"]}
        assert told["after"]["body"] == {"model": "gpt-up", "messages": [], "temperature": 0}
        assert told["after"]["headers"] == [["x-team", "gold"]]
        assert len(told["applied"]) == 2
        assert desk.fake.asked == []

    async def test_headers_are_those_that_go_up(self, api: httpx.AsyncClient) -> None:
        """Conditions and placeholders see the others too, but none of those that present the client."""
        shaping = {"headers": {"x-team": "{header:x-blue}"}, "pass_headers": ["x-some-*"]}
        await add(api, shaping=shaping)
        sent = {"user-agent": "a", "x-blue": "b", "x-some-thing": "c", "authorization": "Bearer d"}
        told = (await api.post("/channels/1/dry-run", json=WISH | {"headers": sent})).json()

        assert told["before"]["headers"] == [["user-agent", "a"]]
        assert told["after"]["headers"] == [["user-agent", "a"], ["x-some-thing", "c"], ["x-team", "b"]]
        assert len(told["applied"]) == 2

    async def test_what_is_for_another_kind_is_left_out(self, api: httpx.AsyncClient) -> None:
        """Embeddings are changed only by what asks for them."""
        when = [{"fact": "kind", "is": "embeddings"}]
        operations = [
            {"op": "set", "path": "dimensions", "value": 256, "when": when},
            {"op": "set", "path": "temperature", "value": 0},
        ]
        await add(api, shaping={"operations": operations})
        wish = {"model": "gpt", "kind": "embeddings", "body": {"input": "a"}}
        told = (await api.post("/channels/1/dry-run", json=wish)).json()

        assert told["after"]["body"] == {"input": "a", "dimensions": 256}

    async def test_without_shaping_nothing_changes(self, api: httpx.AsyncClient) -> None:
        """The request goes up as it is."""
        await add(api)
        told = (await api.post("/channels/1/dry-run", json=WISH)).json()

        assert (told["after"], told["applied"]) == (told["before"], [])

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            pytest.param({"dialect": "gemini"}, "dialect", id="a dialect that it does not speak"),
            pytest.param({"body": None}, "body", id="no body"),
            pytest.param({"body": [1]}, "body", id="a body that is a list"),
            pytest.param({"model": ""}, "model", id="no model"),
            pytest.param({"headers": ["a"]}, "headers", id="headers in a list"),
            pytest.param({"kind": "song"}, "kind", id="an unknown kind"),
            pytest.param({"mood": 1}, "mood", id="an unknown member"),
        ],
    )
    async def test_a_bad_wish_is_named(
        self, api: httpx.AsyncClient, changes: dict[str, Any], field: str
    ) -> None:
        """By the member that is wrong."""
        await add(api)
        refused = await api.post("/channels/1/dry-run", json=WISH | changes)

        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
