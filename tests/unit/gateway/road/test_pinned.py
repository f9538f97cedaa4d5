"""An admin says which channel serves, and sees which one did; nobody else does."""

import json

import msgspec
import pytest

from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.tables import Model
from oblivious.contracts.caller import Caller
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, channel, chat
from tests.fakes.upstreams import whole
from tests.unit.gateway.road.answers import ANSWER, refused
from tests.unit.gateway.road.fleet import Fleet, limited, outcomes

HEADER = "x-oblivious-channel"
ADMIN = msgspec.structs.replace(CALLER, admin=True)
DRAINING = msgspec.structs.replace(channel(2), draining=True)


def fleet_of(*channels: Candidate, caller: Caller = ADMIN) -> Fleet:
    return Fleet(*channels or (channel(1, priority=9), channel(2)), caller=caller)


async def pinned(fleet: Fleet, name: str) -> FakeClient:
    client, _ = await fleet.ask(x_oblivious_channel=name)
    return client


class TestWhoMay:
    async def test_an_admins_request_goes_where_it_says(self) -> None:
        """Whatever its priority."""
        fleet = fleet_of().plays(whole(ANSWER))

        client = await pinned(fleet, "channel-2")

        assert client.status == 200
        assert [asked.secret for asked in fleet.asked] == ["key-2-0"]

    async def test_others_are_told_that_the_header_is_not_for_them(self) -> None:
        """By its name; nothing was asked and nothing is held."""
        fleet = fleet_of(caller=CALLER)

        client = await pinned(fleet, "channel-2")

        error = json.loads(client.body)["error"]
        assert (client.status, error["param"]) == (403, HEADER)
        assert HEADER in error["message"]
        assert (fleet.asked, fleet.journal.records) == ([], [])

    @pytest.mark.parametrize("name", ["channel-3", "", "CHANNEL-2", "\u00e9"])
    async def test_a_channel_that_does_not_serve_the_model_is_told_as_such(self, name: str) -> None:
        """Even one that there is, for another model."""
        fleet = fleet_of().serve({"gpt": [channel(1), channel(2)], "other": [channel(3)]})

        client = await pinned(fleet, name)

        assert (client.status, json.loads(client.body)["error"]["param"]) == (400, HEADER)
        assert fleet.asked == []

    @pytest.mark.parametrize(
        "serving",
        [
            pytest.param({"gpt": [channel(1), DRAINING], "second": [channel(3)]}, id="the model"),
            pytest.param({"gpt": [channel(1)], "second": [DRAINING]}, id="one that stands in"),
            pytest.param({"gpt": [DRAINING]}, id="the model, and nobody else does"),
        ],
    )
    async def test_a_channel_that_drains_is_told_as_such(self, serving: dict[str, list[Candidate]]) -> None:
        """It takes no new work, whoever asks for it."""
        fleet = fleet_of().serve(serving, Model(name="gpt", fallbacks=["second"]))

        client = await pinned(fleet, "channel-2")

        error = json.loads(client.body)["error"]
        assert (client.status, error["param"]) == (400, HEADER)
        assert error["message"] == "the channel 'channel-2' is draining: it takes no new work"
        assert fleet.asked == []


class TestWhatItMeans:
    async def test_nobody_else_is_asked_when_it_fails(self) -> None:
        """The admin wants to see what it says."""
        fleet = fleet_of().plays(refused(500))

        client = await pinned(fleet, "channel-2")

        assert client.status == 503
        assert [asked.secret for asked in fleet.asked] == ["key-2-0"]

    @pytest.mark.parametrize(
        "verdicts",
        [
            [Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, 60_000)],
            [Verdict(Fault.AUTH, Scope.KEY, Action.OFF)],
            [Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)] * 2,
        ],
        ids=["it rests", "its key was refused", "its breaker is open"],
    )
    async def test_one_that_is_held_back_is_asked_all_the_same(self, verdicts: list[Verdict]) -> None:
        """At once: whoever names it wants to know how it is."""
        fleet = fleet_of().plays(whole(ANSWER))
        for verdict in verdicts:
            fleet.road.health.failed(channel(2), channel(2).keys[0], verdict)

        _, going = await fleet.ask(x_oblivious_channel="channel-2")

        assert outcomes(going) == [("channel-2", "ok")]

    async def test_its_limits_hold(self) -> None:
        """They are the provider's as much as ours."""
        fleet = fleet_of(channel(1), limited(2, {"rpm": 1})).plays(whole(ANSWER))
        await pinned(fleet, "channel-2")

        assert (await pinned(fleet, "channel-2")).status == 429

    async def test_a_channel_of_a_model_that_stands_in_may_be_named(self) -> None:
        """It is asked for its own model."""
        fleet = fleet_of().serve(
            {"gpt": [channel(1)], "second": [channel(2)]}, Model(name="gpt", fallbacks=["second"])
        )
        fleet.plays(whole(ANSWER))

        await pinned(fleet, "channel-2")

        assert [json.loads(asked.body)["model"] for asked in fleet.asked] == ["second"]

    async def test_the_header_never_goes_up(self) -> None:
        """It names what is the operator's own affair."""
        fleet = fleet_of().plays(whole(ANSWER))

        await pinned(fleet, "channel-2")

        assert fleet.asked[0].header(HEADER.encode()) == ""


class TestWhatIsSeen:
    @pytest.mark.parametrize(
        ("caller", "seen"), [(ADMIN, "channel-2"), (CALLER, None)], ids=["admin", "user"]
    )
    async def test_only_admins_see_who_served(self, caller: Caller, seen: str | None) -> None:
        """Pinned or not, and after others have failed."""
        fleet = fleet_of(caller=caller).plays(refused(500), whole(ANSWER))

        client, _ = await fleet.ask()

        assert client.headers.get(HEADER) == seen

    @pytest.mark.parametrize(
        ("caller", "seen"), [(ADMIN, "channel-2"), (CALLER, None)], ids=["admin", "user"]
    )
    async def test_an_error_says_who_failed_last(self, caller: Caller, seen: str | None) -> None:
        """To admins only as well."""
        fleet = fleet_of(caller=caller).plays(refused(500), refused(500))

        client, _ = await fleet.ask(FakeClient(chat()))

        assert client.status == 503
        assert client.headers.get(HEADER) == seen
