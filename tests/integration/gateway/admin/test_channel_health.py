"""How channels fare, as the API tells it, and an operator's word that they are well."""

from typing import Any

import httpx
import pytest
from typing_extensions import override

from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.tables import ChannelTest
from oblivious.infra.database.sessions import writing
from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import Rules
from oblivious.infra.state.draws import Draw
from oblivious.infra.state.errors import StoreUnreachable
from tests.integration.gateway.admin.desk import Desk

HEALTH = "/channels/1/health"
CHANNEL = {
    "name": "a",
    "provider": "openai",
    "models": ["gpt"],
    "keys": ["sk-first-key", "sk-second-key"],
    "limits": {"rpm": 2},
}


class LostBoard(MemoryBoard):
    """A board that nobody can tell anything."""

    @override
    async def clear(self, subject: str) -> None:
        raise StoreUnreachable("as the test wants it")


@pytest.fixture
async def channel(desk: Desk, api: httpx.AsyncClient) -> Candidate:
    """A channel with two keys, the first of them in a pool, and a limit on both."""
    await api.post("/pools", json={"name": "acme", "limits": {"tpm": 100}})
    assert (await api.post("/channels", json=CHANNEL)).status_code == 201
    await api.patch("/channels/1/keys/1", json={"pool": "acme"}, headers={"if-match": "*"})
    await desk.look()
    (candidate,) = desk.road.directory.candidates("gpt", "default", "openai_chat")
    return candidate


async def told(api: httpx.AsyncClient) -> dict[str, Any]:
    """Return how the channel fares."""
    health: dict[str, Any] = (await api.get(HEALTH)).json()
    return health


class TestHealth:
    async def test_one_that_is_well_has_little_to_say(
        self, api: httpx.AsyncClient, channel: Candidate
    ) -> None:
        """Its keys by hints, its limits, and nothing else."""
        health = await told(api)

        assert health.items() >= {"name": channel.name, "state": "on", "in_flight": 0, "health": None}.items()
        assert health.items() >= {"latency_ms": None, "shared": True, "tests": []}.items()
        assert [(key["state"], key["health"]) for key in health["keys"]] == [("on", []), ("on", [])]
        assert "sk-first-key" not in str(health)

    async def test_it_tells_what_failed_and_until_when_it_is_left_alone(
        self, desk: Desk, api: httpx.AsyncClient, channel: Candidate
    ) -> None:
        """Of the channel, of each key, of a key with one model, and of its pool."""
        first, second = channel.keys
        failed = desk.road.health.failed
        failed(channel, first, Verdict(Fault.OVERLOAD, Scope.CHANNEL, Action.COOL, 60_000))
        failed(channel, first, Verdict(Fault.RATE, Scope.POOL, Action.COOL, 60_000))
        failed(channel, second, Verdict(Fault.NOT_FOUND, Scope.KEY_MODEL, Action.COOL, 60_000))
        failed(channel, second, Verdict(Fault.TIMEOUT, Scope.KEY, Action.COUNT))
        health = await told(api)

        assert (health["health"]["standing"], health["health"]["reason"]) == ("cooling", "overload")
        assert health["health"]["since"] < health["health"]["until"]
        keys = {
            one["subject"]: (one["standing"], one["reason"], one["window"])
            for key in health["keys"]
            for one in key["health"]
        }
        assert keys == {
            "p:acme": ("cooling", "rate", ""),
            "k2:gpt": ("cooling", "not_found", ""),
            "k2": ("well", "", "0"),
        }

    async def test_it_tells_what_this_process_knows(
        self, desk: Desk, api: httpx.AsyncClient, channel: Candidate
    ) -> None:
        """Who is in flight, how fast it was, and what is left of its limits."""
        desk.road.busy[1] = 3
        desk.road.latencies[1] = 120.5
        await desk.road.draws.draw("somebody", [Draw(channel.subject, channel.meters)], 60_000)
        health = await told(api)

        assert (health["in_flight"], health["latency_ms"]) == (3, 120.5)
        left = {(one["subject"], one["meter"]): (one["limit"], one["left"]) for one in health["limits"]}
        assert left == {
            ("c1", "requests per minute of the channel a"): (2, 1),
            ("p:acme", "tokens per minute of the pool acme"): (100, 100),
        }

    async def test_it_tells_of_the_last_tests(
        self, desk: Desk, api: httpx.AsyncClient, channel: Candidate
    ) -> None:
        """By key, model and dialect."""
        test = ChannelTest(
            channel_key_id=channel.keys[0].id,
            model="gpt",
            dialect="openai_chat",
            stream=False,
            channel_id=1,
            ok=False,
            status=401,
            ms=50,
            error="it refuses the key",
        )
        async with writing(desk.maker) as session:
            session.add(test)

        (shown,) = (await told(api))["tests"]
        assert (shown["channel_key_id"], shown["status"], shown["error"]) == (1, 401, "it refuses the key")

    @pytest.mark.usefixtures("channel")
    async def test_a_channel_whose_keys_are_off_serves_nothing(self, api: httpx.AsyncClient) -> None:
        """Its state says so."""
        for key in (1, 2):
            assert (await api.post(f"/channels/1/keys/{key}/disable")).status_code == 200

        assert (await told(api))["state"] == "no_key"

    async def test_there_is_no_health_without_a_channel(self, api: httpx.AsyncClient) -> None:
        """Neither to see nor to clear."""
        assert (await api.get("/channels/9/health")).status_code == 404
        assert (await api.post("/channels/9/health/clear")).status_code == 404


class TestClear:
    async def test_everything_is_forgotten(
        self, desk: Desk, api: httpx.AsyncClient, channel: Candidate
    ) -> None:
        """Of the channel, its keys and their pools, and of nobody else; the audit knows who said so."""
        first, second = channel.keys
        failed = desk.road.health.failed
        failed(channel, first, Verdict(Fault.OVERLOAD, Scope.CHANNEL, Action.COOL, 60_000))
        failed(channel, first, Verdict(Fault.RATE, Scope.POOL, Action.COOL, 60_000))
        failed(channel, second, Verdict(Fault.RATE, Scope.KEY_MODEL, Action.COOL, 60_000))
        stranger = Candidate(7, "b", channel.provider, "openai_chat", "", channel.origin, "gpt", channel.keys)
        failed(stranger, first, Verdict(Fault.OVERLOAD, Scope.CHANNEL, Action.COOL, 60_000))
        cleared = await api.post(f"{HEALTH}/clear")

        assert cleared.json()["health"] is None
        assert [key["health"] for key in cleared.json()["keys"]] == [[], []]
        assert list(desk.road.health.known()) == ["c7"]
        last = (await api.get("/audit", params={"sort": "-id", "limit": "1"})).json()["items"][0]
        assert (last["action"], last["kind"], last["name"]) == ("clear", "channel health", "a")

    async def test_while_others_cannot_be_told_it_is_a_problem(
        self, desk: Desk, api: httpx.AsyncClient, channel: Candidate
    ) -> None:
        """To be tried again, and nothing is written down."""
        rules = Rules()
        desk.road.health = type(desk.road.health)(LostBoard(rules), rules)
        verdict = Verdict(Fault.OVERLOAD, Scope.CHANNEL, Action.COOL, 60_000)
        desk.road.health.failed(channel, channel.keys[0], verdict)
        before = (await api.get("/audit")).json()["total"]

        assert (await api.post(f"{HEALTH}/clear")).status_code == 503
        assert (await api.get("/audit")).json()["total"] == before
