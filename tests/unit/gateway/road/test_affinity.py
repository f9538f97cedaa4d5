"""A conversation stays where its provider may still have it in a cache."""

import asyncio
import json
from collections import Counter
from random import Random
from typing import Any

import msgspec
import pytest

from oblivious.channels.candidate import Candidate
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.tables import Model
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, channel, chat
from tests.fakes.upstreams import ScriptedResponse, whole
from tests.unit.gateway.road.answers import ANSWER, refused
from tests.unit.gateway.road.fleet import Fleet, limited

LONG = "word " * 1_000
REST = Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, 60_000)


def channels() -> list[Candidate]:
    """Return five channels with three keys each, which are taken in turn."""
    return [channel(number, keys=3, polling=True) for number in range(1, 6)]


def process(seed: int = 1, *candidates: Candidate, **road: Any) -> Fleet:
    """Return the road of one process, with dice of its own."""
    fleet = Fleet(*candidates or channels(), **road)
    fleet.road.dice = Random(seed)
    return fleet


async def served_by(fleet: Fleet, body: bytes = b"", **headers: str) -> str:
    """Ask; return the key that was asked."""
    fleet.plays(whole(ANSWER))
    client, _ = await fleet.ask(FakeClient(body or chat()), **headers)
    assert client.status == 200
    return fleet.asked[-1].secret


async def of_conversation(fleet: Fleet, name: str) -> str:
    return await served_by(fleet, chat(prompt_cache_key=name))


def turn(number: int) -> bytes:
    """Return a conversation without a name, that far."""
    said = [{"role": "user", "content": LONG}]
    for _ in range(number):
        said += [{"role": "assistant", "content": "yes"}, {"role": "user", "content": "go on"}]
    return chat(messages=said)


def cached(tokens: int) -> ScriptedResponse:
    """Answer from a cache."""
    answer = json.loads(ANSWER)
    answer["usage"]["prompt_tokens_details"] = {"cached_tokens": tokens}
    return whole(json.dumps(answer).encode())


class TestStaying:
    @pytest.mark.parametrize(
        ("bodies", "headers"),
        [
            pytest.param([chat(prompt_cache_key="one")] * 10, {}, id="a key for the cache"),
            pytest.param([chat(metadata={"user_id": "one"})] * 10, {}, id="a user"),
            pytest.param([chat()] * 10, {"x_session_id": "one"}, id="a header"),
            pytest.param([turn(number) for number in range(10)], {}, id="how it begins"),
        ],
    )
    async def test_all_its_turns_go_to_one_key_in_every_process(
        self, bodies: list[bytes], headers: dict[str, str]
    ) -> None:
        """Nothing was told from one process to the other."""
        asked = {
            await served_by(fleet, body, **headers) for fleet in (process(1), process(2)) for body in bodies
        }

        assert len(asked) == 1

    async def test_what_is_no_conversation_goes_anywhere(self) -> None:
        """Short requests without a name are cached by nobody."""
        fleet = process()

        assert len({await served_by(fleet) for _ in range(40)}) > 5

    async def test_other_strategies_do_not_move_it(self) -> None:
        """A cache is worth more than an even share."""
        fleet = process().serve({"gpt": channels()}, Model(name="gpt", strategy="round_robin"))

        assert len({await of_conversation(fleet, "one") for _ in range(10)}) == 1

    async def test_accounts_do_not_share_a_name(self) -> None:
        """Nobody can find out, or fill, the place of another one's conversations."""
        homes = Counter[str]()
        for account in range(20):
            caller = msgspec.structs.replace(CALLER, account_id=account)
            homes[await of_conversation(process(1, caller=caller), "one")] += 1

        assert len(homes) > 5


class TestSpread:
    async def test_conversations_spread_by_weight(self) -> None:
        """As requests do: three of four to the channel with three times the weight."""
        fleet = process(1, channel(1, weight=3), channel(2, weight=1))
        number = 800

        homes = Counter([await of_conversation(fleet, f"conversation {each}") for each in range(number)])

        assert homes["key-1-0"] / number == pytest.approx(0.75, abs=0.05)

    async def test_they_spread_over_the_keys_of_a_channel_too(self) -> None:
        """Each key has its own cache and its own limits."""
        fleet = process(1, channel(1, keys=3))
        number = 600

        homes = Counter([await of_conversation(fleet, f"conversation {each}") for each in range(number)])

        assert all(count / number == pytest.approx(1 / 3, abs=0.07) for count in homes.values())
        assert len(homes) == 3


class TestYielding:
    async def test_it_moves_at_once_when_its_channel_fails_and_comes_back_with_it(self) -> None:
        """To one other channel, in every process, for as long as it has to."""
        here, there = process(1), process(2)
        home = await of_conversation(here, "one")
        number = int(home.split("-")[1])
        for fleet in (here, there):
            fleet.road.health.failed(channel(number), channel(number).keys[0], REST)

        away = {await of_conversation(fleet, "one") for fleet in (here, there) for _ in range(5)}
        for fleet in (here, there):
            fleet.board.clock.advance(60_000)
        back = {await of_conversation(fleet, "one") for fleet in (here, there) for _ in range(5)}

        assert len(away) == 1
        assert not away.pop().startswith(f"key-{number}-")
        assert back == {home}

    async def test_the_request_that_meets_the_failure_is_served_elsewhere(self) -> None:
        """Its client notices nothing."""
        fleet = process()
        home = await of_conversation(fleet, "one")
        fleet.plays(refused(429), whole(ANSWER))

        client, going = await fleet.ask(FakeClient(chat(prompt_cache_key="one")))

        assert client.status == 200
        assert fleet.asked[-2].secret == home
        assert fleet.asked[-1].secret != home
        assert going.trace[-1].outcome == "ok"

    async def test_it_moves_when_its_channel_is_full(self) -> None:
        """Waiting would cost more than the cache saves."""
        fleet = process(1, *(limited(number, {"concurrency": 1}) for number in (1, 2)))
        home = await of_conversation(fleet, "one")
        fleet.plays(whole(asyncio.Event()))
        first = await fleet.begun(FakeClient(chat(prompt_cache_key="one")))

        other = await of_conversation(fleet, "one")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)

        assert {home, other} == {"key-1-0", "key-2-0"}


class TestMetric:
    async def test_it_tells_how_much_came_from_a_cache_where_conversations_stayed_and_where_not(self) -> None:
        """Requests without a conversation are not counted."""
        fleet = process().plays(cached(9), refused(429), cached(1), cached(5))
        one = chat(prompt_cache_key="one")

        await fleet.ask(FakeClient(one))
        await fleet.ask(FakeClient(one))
        await fleet.ask(FakeClient(chat()))

        assert fleet.count("oblivious_affinity_tokens") == {
            ("stayed", "input"): 11,
            ("stayed", "cache_read"): 9,
            ("moved", "input"): 11,
            ("moved", "cache_read"): 1,
        }

    @pytest.mark.parametrize(
        ("body", "source"),
        [(chat(prompt_cache_key="one"), "cache_key"), (chat(), "")],
        ids=["known", "unknown"],
    )
    async def test_the_log_says_what_a_conversation_was_known_by(self, body: bytes, source: str) -> None:
        """So an operator sees why it stays."""
        fleet = process().plays(whole(ANSWER))

        await fleet.ask(FakeClient(body))

        assert fleet.line.affinity == source
