"""Models that serve in the place of another, and what a request needs one to be able to do."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from oblivious.channels.abilities import Abilities
from oblivious.channels.tables import Model
from oblivious.gateway.road.exchange import Exchange
from tests.fakes.clients import FakeClient
from tests.fakes.road import channel, chat
from tests.fakes.upstreams import ScriptedResponse, whole
from tests.unit.gateway.road.answers import ANSWER, COST, refused
from tests.unit.gateway.road.fleet import Fleet

FALLS_BACK = Model(name="gpt", fallbacks=["second"])
TOO_LONG = "context_length_exceeded"
BLOCKED = "content_policy_violation"
TOOLS: dict[str, Any] = {
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
}
PICTURE: dict[str, Any] = {
    "messages": [
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}],
        }
    ]
}
LONG: dict[str, Any] = {"messages": [{"role": "user", "content": "word " * 4_000}]}


def road(*rules: Model, **channels: Any) -> Fleet:
    """Return a road with the models gpt, second and third, each of them on a channel."""
    lines = {"gpt": [channel(1), channel(2)], "second": [channel(3)], "third": [channel(4)], **channels}
    return Fleet().serve(lines, *rules)


def tried(going: Exchange) -> list[str]:
    return [step.model for step in going.trace if step.attempt_id]


def able(number: int, priority: int = 0, **abilities: Any) -> Any:
    """Return a channel that can't do everything."""
    return msgspec.structs.replace(channel(number, priority=priority), abilities=Abilities(**abilities))


class TestFallbacks:
    async def test_another_model_serves_when_all_channels_of_the_first_have_failed(self) -> None:
        """In the order in which they are named; the client pays for what it asked, and hears its own name."""
        fleet = road(Model(name="gpt", fallbacks=["second", "third"]))
        fleet.plays(refused(500), refused(500), refused(500), whole(ANSWER.replace(b'"gpt"', b'"third"')))

        client, going = await fleet.ask()

        assert tried(going) == ["gpt", "gpt", "second", "third"]
        assert [json.loads(asked.body)["model"] for asked in fleet.asked] == tried(going)
        assert json.loads(client.body)["model"] == "gpt"
        assert fleet.ended.amount == COST

    @pytest.mark.parametrize("code", [TOO_LONG, BLOCKED, "unsupported_parameter"])
    async def test_what_a_stand_in_says_of_the_request_is_its_own_affair(self, code: str) -> None:
        """It was not asked for: the next one may take it, and else the client hears of the outage."""
        rule = Model(name="gpt", fallbacks=["second", "third"])
        served = road(rule).plays(refused(500), refused(500), refused(400, code), whole(ANSWER))
        failed = road(rule).plays(refused(500), refused(500), refused(400, code), refused(400, code))

        client, going = await served.ask()
        assert (client.status, tried(going)) == (200, ["gpt", "gpt", "second", "third"])

        client, going = await failed.ask()
        assert (client.status, tried(going)) == (503, ["gpt", "gpt", "second", "third"])

    async def test_nobody_stands_in_where_nobody_was_named(self) -> None:
        """The failure is told."""
        fleet = road(Model(name="second", fallbacks=["third"])).plays(refused(500), refused(500))

        client, going = await fleet.ask()

        assert client.status == 503
        assert tried(going) == ["gpt", "gpt"]

    async def test_a_fallback_may_be_named_by_its_alias(self) -> None:
        """As a client may."""
        fleet = road(Model(name="gpt", fallbacks=["spare"]), Model(name="third", aliases=["spare"]))
        fleet.plays(refused(500), refused(500), whole(ANSWER))

        _, going = await fleet.ask()

        assert tried(going)[-1] == "third"

    async def test_a_model_that_is_switched_off_has_its_fallbacks(self) -> None:
        """Its channels may be off for good."""
        fleet = road(Model(name="gpt", fallbacks=["second"]), gpt=[]).plays(whole(ANSWER))

        client, going = await fleet.ask()

        assert client.status == 200
        assert tried(going) == ["second"]

    async def test_a_client_may_ask_by_an_alias(self) -> None:
        """What is said of the model holds, and its price."""
        fleet = road(Model(name="gpt", aliases=["latest"], fallbacks=["second"]))
        fleet.plays(refused(500), refused(500), whole(ANSWER))

        client, going = await fleet.ask(FakeClient(chat(model="latest")))

        assert client.status == 200
        assert tried(going) == ["gpt", "gpt", "second"]
        assert fleet.ended.amount == COST


class TestFallbacksByRule:
    RULE = Model(name="gpt", fallbacks=["fourth"], context_fallbacks=["second"], content_fallbacks=["third"])

    @pytest.mark.parametrize(
        ("code", "models"),
        [
            pytest.param(TOO_LONG, ["gpt", "second"], id="too long"),
            pytest.param(BLOCKED, ["gpt", "third"], id="blocked"),
        ],
    )
    async def test_what_a_model_can_not_take_another_may(self, code: str, models: list[str]) -> None:
        """At once: its other channels would say the same."""
        fleet = road(self.RULE, fourth=[channel(5)]).plays(refused(400, code), whole(ANSWER))

        client, going = await fleet.ask()

        assert client.status == 200
        assert tried(going) == models

    @pytest.mark.parametrize(
        ("reply", "rule"),
        [
            pytest.param(
                refused(400, TOO_LONG), Model(name="gpt", content_fallbacks=["third"]), id="too long"
            ),
            pytest.param(
                refused(400, BLOCKED), Model(name="gpt", context_fallbacks=["second"]), id="blocked"
            ),
            pytest.param(refused(422), RULE, id="what no rule is about"),
        ],
    )
    async def test_without_a_rule_for_it_the_judgement_is_told(
        self, reply: ScriptedResponse, rule: Model
    ) -> None:
        """Nobody else is asked, and no channel is blamed."""
        fleet = road(rule).plays(reply)

        client, going = await fleet.ask()

        assert client.status == reply.status
        assert tried(going) == ["gpt"]
        assert not fleet.road.health

    async def test_each_of_them_is_asked_once(self) -> None:
        """Who can't take it either is followed by the next, and the last one's judgement is told."""
        fleet = road(Model(name="gpt", context_fallbacks=["second", "third"]))
        fleet.plays(*(refused(400, TOO_LONG) for _ in range(3)))

        client, going = await fleet.ask()

        assert client.status == 400
        assert tried(going) == ["gpt", "second", "third"]


class TestAbilities:
    @pytest.mark.parametrize(
        ("lacks", "members"),
        [
            pytest.param({"tools": False}, TOOLS, id="tools"),
            pytest.param({"vision": False}, PICTURE, id="vision"),
            pytest.param({"context_tokens": 2_000}, LONG, id="context"),
        ],
    )
    async def test_who_can_not_do_what_is_needed_is_not_asked(
        self, lacks: Mapping[str, Any], members: Mapping[str, Any]
    ) -> None:
        """Be it the channel, or its model; for other requests it is the first."""
        by_channel = Fleet(able(1, 9, **lacks), channel(2)).plays(whole(ANSWER), whole(ANSWER))
        by_model = road(Model(name="gpt", abilities=dict(lacks), fallbacks=["second"]))
        by_model.plays(whole(ANSWER), whole(ANSWER))

        for fleet in (by_channel, by_model):
            for client in (FakeClient(chat(**members)), FakeClient(chat())):
                await fleet.ask(client)
                assert client.status == 200

        assert [asked.secret for asked in by_channel.asked] == ["key-2-0", "key-1-0"]
        assert [json.loads(asked.body)["model"] for asked in by_model.asked] == ["second", "gpt"]

    async def test_if_nobody_can_nobody_is_asked(self) -> None:
        """The client is told what its request needs; sending it again would not help."""
        fleet = Fleet(able(1, tools=False))

        client, _ = await fleet.ask(FakeClient(chat(**TOOLS)))

        assert (client.status, fleet.asked) == (400, [])
        assert json.loads(client.body)["error"]["param"] == "tools"
        assert await fleet.leftovers() == []

    async def test_who_is_known_to_take_more_is_asked_where_one_says_too_long(self) -> None:
        """Channels of one model differ in that; of whom nobody has said it, nobody is asked."""
        known = able(3, context_tokens=128_000)
        fleet = Fleet(channel(1, priority=9), channel(2, priority=8), known)
        fleet.plays(refused(400, TOO_LONG), whole(ANSWER))

        client, _ = await fleet.ask()

        assert client.status == 200
        assert [asked.secret for asked in fleet.asked] == ["key-1-0", "key-3-0"]

    async def test_what_is_too_long_for_everybody_goes_to_a_model_for_longer_ones(self) -> None:
        """Nobody is asked who would refuse it; where there is nobody, agents hear what they look for."""
        short = {"context_tokens": 2_000}
        longer = road(Model(name="gpt", abilities=short, context_fallbacks=["second"])).plays(whole(ANSWER))
        alone = road(Model(name="gpt", abilities=short))

        served, going = await longer.ask(FakeClient(chat(**LONG)))
        refused_, _ = await alone.ask(FakeClient(chat(**LONG)))

        assert (served.status, tried(going)) == (200, ["second"])
        assert served.headers["x-oblivious-model"] == "second"
        assert (refused_.status, json.loads(refused_.body)["error"]["code"]) == (400, TOO_LONG)

    async def test_a_fallback_may_be_served_by_the_same_key(self) -> None:
        """A limit of one model says nothing of another."""
        one = channel(1)
        fleet = Fleet().serve({"gpt": [one.to("gpt")], "second": [one.to("second")]}, FALLS_BACK)
        fleet.plays(refused(429), whole(ANSWER))

        client, going = await fleet.ask()

        assert (client.status, tried(going)) == (200, ["gpt", "second"])
