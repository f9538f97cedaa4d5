"""Where a request would go, as the API explains it."""

from typing import Any

import httpx
import pytest

from oblivious.billing.tables import Account
from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.infra.database.sessions import writing
from oblivious.infra.state.draws import Draw
from tests.integration.gateway.admin.desk import Desk

ASKED = {"model": "gpt"}
TOOLS = {"messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function"}]}

HOUSE: tuple[dict[str, Any], ...] = (
    {"name": "heavy", "weight": 3, "priority": 10, "keys": ["sk-1", "sk-2"]},
    {"name": "light", "weight": 1, "priority": 10},
    {"name": "spare", "mapping": {"gpt": "gpt-up"}},
    {"name": "off"},
    {"name": "draining"},
    {"name": "keyless", "keys": []},
    {"name": "for gold", "groups": ["gold"]},
    {"name": "other model", "models": ["claude"]},
    {"name": "no tools", "priority": 5, "abilities": {"tools": False}},
)


def candidate_of(desk: Desk, name: str) -> Candidate:
    """Return a channel as the road knows it."""
    candidates = desk.road.directory.candidates("gpt", "default", "openai_chat")
    return next(one for one in candidates if one.name == name)


def cool(desk: Desk, name: str, verdict: Verdict) -> None:
    """Let a channel's first key fail."""
    candidate = candidate_of(desk, name)
    desk.road.health.failed(candidate, candidate.keys[0], verdict)


async def explain(api: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Ask for an explanation, which must be given."""
    answer = await api.post("/routes/explain", json=ASKED | changes)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def order(told: dict[str, Any]) -> list[list[list[tuple[str, float]]]]:
    """Return the channels with their shares, by stage and tier."""
    return [
        [[(way["channel"], way["share"]) for way in tier["channels"]] for tier in stage["tiers"]]
        for stage in told["stages"]
    ]


def reasons(told: dict[str, Any]) -> dict[str, list[str]]:
    """Return why channels are out, by name."""
    return {one["channel"]: [reason["why"] for reason in one["reasons"]] for one in told["out"]}


@pytest.fixture
async def house(desk: Desk, api: httpx.AsyncClient) -> Desk:
    """Channels of every kind, known to the road."""
    async with writing(desk.maker) as session:
        session.add_all([Account(id=1, name="of the admin"), Account(id=2, name="of the member")])
    await api.post("/groups", json={"name": "gold"})
    for wish in HOUSE:
        made = await api.post(
            "/channels", json={"provider": "openai", "models": ["gpt"], "keys": ["sk-1"], **wish}
        )
        assert made.status_code == 201, made.text
    assert (await api.post("/channels/4/disable")).status_code == 200
    assert (await api.post("/channels/5/drain")).status_code == 200
    await desk.look()
    return desk


@pytest.mark.usefixtures("house")
class TestOrder:
    async def test_tiers_come_by_priority_and_shares_by_weight(self, api: httpx.AsyncClient) -> None:
        """Everybody who could serve is there, each with its keys and the provider's name of the model."""
        told = await explain(api)

        assert told["refused"] is None
        assert order(told) == [
            [[("heavy", 75.0), ("light", 25.0)], [("no tools", 100.0)], [("spare", 100.0)]]
        ]
        heavy, spare = (
            told["stages"][0]["tiers"][0]["channels"][0],
            told["stages"][0]["tiers"][2]["channels"][0],
        )
        assert {key["id"] for key in heavy["keys"]} == {1, 2}
        assert [key["upstream_model"] for key in spare["keys"]] == ["gpt-up"]

    async def test_every_other_channel_has_its_reason(self, api: httpx.AsyncClient) -> None:
        """In a word for programs."""
        assert reasons(await explain(api)) == {
            "off": ["off"],
            "draining": ["draining"],
            "keyless": ["no_key"],
            "for gold": ["group"],
            "other model": ["model"],
        }

    async def test_what_the_request_needs_counts(self, api: httpx.AsyncClient) -> None:
        """Tools, where a body is given that has some."""
        told = await explain(api, body=TOOLS)

        assert told["needs"]["tools"]
        assert order(told) == [[[("heavy", 75.0), ("light", 25.0)], [("spare", 100.0)]]]
        assert reasons(told)["no tools"] == ["tools"]

    async def test_a_group_sees_its_own(self, api: httpx.AsyncClient) -> None:
        """Beside what is for everybody."""
        told = await explain(api, group="gold")

        assert "for gold" not in reasons(told)
        assert told["group"] == "gold"

    async def test_a_key_stands_for_its_owner(self, api: httpx.AsyncClient) -> None:
        """And the owner's group."""
        told = await explain(api, key_id=2)

        assert (told["refused"], told["group"]) == (None, "default")

    async def test_a_conversation_is_kept_together(self, api: httpx.AsyncClient) -> None:
        """The same one always begins at the same channel and key."""
        headers = {"x-session-id": "s1"}
        first, again = (await explain(api, headers=headers), await explain(api, headers=headers))

        assert first["affinity"] == again["affinity"]
        assert first["affinity"]["source"] == "header"
        assert first["affinity"]["channel"] in {"heavy", "light"}

    async def test_an_admin_may_name_a_channel(self, api: httpx.AsyncClient) -> None:
        """Nobody else is tried then."""
        headers = {"X-Oblivious-Channel": "spare"}
        told = await explain(api, key_id=2, headers=headers)

        assert order(told) == [[[("spare", 100.0)]]]
        assert reasons(told)["heavy"] == ["not_named"]

    async def test_what_another_model_stands_in_for_comes_after_it(
        self, house: Desk, api: httpx.AsyncClient
    ) -> None:
        """By an alias, too."""
        said = {"name": "gpt", "aliases": ["latest"], "fallbacks": ["claude"], "strategy": "latency"}
        assert (await api.post("/models", json=said)).status_code == 201
        await house.look()
        told = await explain(api, model="latest")

        assert [stage["model"] for stage in told["stages"]] == ["gpt", "claude"]
        assert order(told)[1] == [[("other model", 100.0)]]
        assert (told["model"], told["strategy"]) == ("gpt", "latency")


class TestHealth:
    async def test_whoever_is_held_back_is_out_and_comes_back(
        self, house: Desk, api: httpx.AsyncClient
    ) -> None:
        """With the class of the failure, whom it is about, and when it is over."""
        cool(house, "light", Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, 60_000))
        told = await explain(api)

        assert order(told)[0][0] == [("heavy", 100.0)]
        (reason,) = next(one["reasons"] for one in told["out"] if one["channel"] == "light")
        assert (reason["why"], reason["words"], reason["subject"]) == ("held_back", "rate", "c2")
        assert 50_000 < reason["back_in_ms"] <= 60_000

    async def test_a_channel_with_one_bad_key_goes_on_with_the_other(
        self, house: Desk, api: httpx.AsyncClient
    ) -> None:
        """Its share stays."""
        cool(house, "heavy", Verdict(Fault.RATE, Scope.KEY, Action.COOL, 60_000))
        heavy, _ = (await explain(api))["stages"][0]["tiers"][0]["channels"]

        assert (heavy["share"], [key["id"] for key in heavy["keys"]]) == (75.0, [2])

    async def test_whose_breaker_is_open_is_the_last_resort(
        self, house: Desk, api: httpx.AsyncClient
    ) -> None:
        """And out until then."""
        for _ in range(5):
            cool(house, "spare", Verdict(Fault.TIMEOUT, Scope.CHANNEL, Action.COUNT))
        told = await explain(api)

        assert [way["channel"] for way in told["stages"][0]["last_resort"]] == ["spare"]
        assert reasons(told)["spare"] == ["held_back"]

    async def test_whoever_is_full_says_by_which_limit(self, house: Desk, api: httpx.AsyncClient) -> None:
        """Nothing is taken by asking: it is as full the next time."""
        await api.patch("/channels/2", json={"limits": {"rpm": 1}}, headers={"if-match": "*"})
        await house.look()
        light = candidate_of(house, "light")
        assert order(await explain(api)) == order(await explain(api))
        assert "light" not in reasons(await explain(api))
        await house.road.draws.draw("somebody", [Draw(light.subject, light.meters)], 60_000)
        told = await explain(api)

        (reason,) = next(one["reasons"] for one in told["out"] if one["channel"] == "light")
        assert (reason["why"], reason["words"]) == ("full", "requests per minute of the channel light")


@pytest.mark.usefixtures("house")
class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            pytest.param({"model": "nothing"}, "model_not_found", id="an unknown model"),
            pytest.param({"model": "claude"}, "model_unpriced", id="a model without a price"),
            pytest.param(
                {"headers": {"x-oblivious-channel": "spare"}}, "permission_denied", id="a pin by a group"
            ),
            pytest.param({"key_id": 1}, "admin_api_key", id="an admin key"),
        ],
    )
    async def test_what_the_client_would_be_told_is_told(
        self, api: httpx.AsyncClient, changes: dict[str, Any], code: str
    ) -> None:
        """In the word that it would get."""
        assert (await explain(api, **changes))["refused"]["code"] == code

    async def test_what_nobody_serves_is_out_everywhere(self, api: httpx.AsyncClient) -> None:
        """Each channel that is on says that it serves other models."""
        told = reasons(await explain(api, model="nothing"))

        assert len(told) == len(HOUSE)
        assert all("model" in found for found in told.values())

    async def test_who_cannot_say_it_in_any_dialect_is_out(self, house: Desk, api: httpx.AsyncClient) -> None:
        """A provider without embeddings."""
        wish = {"name": "words only", "provider": "anthropic", "models": ["gpt"], "keys": ["sk-1"]}
        assert (await api.post("/channels", json=wish)).status_code == 201
        await house.look()

        assert reasons(await explain(api, kind="embeddings"))["words only"] == ["dialect"]

    async def test_a_channel_that_the_road_cannot_read_says_so(
        self, house: Desk, api: httpx.AsyncClient
    ) -> None:
        """It is on and has a key, and the road does not know it."""
        wish = {"name": "news", "provider": "openai", "models": ["gpt"], "keys": ["sk-1"]}
        assert (await api.post("/channels", json=wish)).status_code == 201

        assert reasons(await explain(api))["news"] == ["unreadable"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            pytest.param({"model": ""}, "model", id="no model"),
            pytest.param({"model": 3}, "model", id="a number for a model"),
            pytest.param({"dialect": "latin"}, "dialect", id="an unknown dialect"),
            pytest.param({"kind": "song"}, "kind", id="an unknown kind"),
            pytest.param(
                {"dialect": "anthropic", "kind": "embeddings"}, "kind", id="what a dialect cannot say"
            ),
            pytest.param({"key_id": 99}, "key_id", id="nobody's key"),
            pytest.param({"key_id": 1, "group": "gold"}, "group", id="a key and a group"),
            pytest.param({"group": "g\x00"}, "group", id="an unknown group"),
            pytest.param({"headers": {"a": 1}}, "headers[...]", id="a header that is a number"),
            pytest.param({"body": []}, "body", id="a body that is a list"),
            pytest.param({"body": {"messages": 3}}, "body.messages", id="a body without a conversation"),
            pytest.param({"mood": 1}, "mood", id="an unknown member"),
        ],
    )
    async def test_a_bad_question_is_named(
        self, api: httpx.AsyncClient, changes: dict[str, Any], field: str
    ) -> None:
        """By the member that is wrong."""
        answer = await api.post("/routes/explain", json=ASKED | changes)

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]
