"""What the keeper does by itself: probes, scheduled tests, balances, drains."""

import time
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.pick import Standing
from oblivious.channels.repository import drain_channel
from oblivious.channels.schedule import Tests
from oblivious.gateway.keeping.balances import Balances
from oblivious.gateway.keeping.breakers import Breakers
from oblivious.gateway.keeping.drains import Drains
from oblivious.gateway.keeping.off_keys import OffKeys
from oblivious.gateway.keeping.reports import Reports
from oblivious.gateway.keeping.scheduled import Scheduled
from oblivious.infra import upstream
from oblivious.infra.database import presence
from oblivious.infra.database.sessions import writing
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.upstreams import whole
from tests.fakes.waiting import turns, until
from tests.integration.gateway.keeping.estate import Estate
from tests.unit.gateway.road.answers import ANSWER, refused

LIST = b'{"data":[{"id":"gpt"}]}'
BROKE = Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)
EVERY = {"every_seconds": 60}


def saying(*answers: bytes) -> Callable[[Link], Awaitable[None]]:
    """Return a provider that gives these answers, one a request, the last one again and again."""
    left = list(answers)

    async def serve(link: Link) -> None:
        while await link.request():
            await link.push(left.pop(0) if len(left) > 1 else left[0])

    return serve


async def told_off(estate: Estate, url: str, *, ago_seconds: float) -> None:
    """Add a channel whose one key was switched off so long ago."""
    await estate.channel(base_urls={"openai_chat": url})
    (key,) = await estate.keys()
    await estate.switch_off(key, ago_seconds=ago_seconds)


class TestOffKeys:
    async def test_a_key_that_works_again_is_on_again(self, estate: Estate) -> None:
        """Its models are listed first, then one of them is asked."""
        async with raw_upstream(saying(answer(LIST))) as provider:
            await told_off(estate, f"{provider.origin}/v1", ago_seconds=301)
            estate.fake.plays(whole(ANSWER))
            await OffKeys(estate.keeping()).round()

        (key,) = await estate.keys()
        assert (key.off_reason, len(estate.fake.asked)) == ("", 1)

    async def test_a_key_that_is_refused_its_list_is_not_tried_further(self, estate: Estate) -> None:
        """That costs nothing."""
        no = answer(b'{"error":{"message":"no","code":"invalid_api_key"}}', status=b"401 Unauthorized")
        async with raw_upstream(saying(no)) as provider:
            await told_off(estate, f"{provider.origin}/v1", ago_seconds=301)
            await OffKeys(estate.keeping()).round()

        (key,) = await estate.keys()
        assert (bool(key.off_reason), estate.fake.asked) == (True, [])

    async def test_a_provider_without_a_list_is_asked_at_once(self, estate: Estate) -> None:
        """There is nothing cheaper."""
        async with raw_upstream(saying(answer(status=b"404 Not Found"))) as provider:
            await told_off(estate, f"{provider.origin}/v1", ago_seconds=301)
            estate.fake.plays(whole(ANSWER))
            await OffKeys(estate.keeping()).round()

        (key,) = await estate.keys()
        assert key.off_reason == ""

    @pytest.mark.parametrize(("ago", "asked"), [(299, 0), (301, 1), (899, 1)])
    async def test_each_time_has_one_probe_of_all_processes(
        self, estate: Estate, ago: float, asked: int
    ) -> None:
        """However often anybody looks."""
        async with raw_upstream(saying(answer(LIST))) as provider:
            await told_off(estate, f"{provider.origin}/v1", ago_seconds=ago)
            estate.fake.plays(*[refused(401)] * 3)
            for boot_id in ("one", "other"):
                chore = OffKeys(estate.keeping(boot_id))
                for _ in range(2):
                    await chore.round()

        assert len(estate.fake.asked) == asked

    async def test_a_key_that_an_operator_switched_off_is_left_alone(self, estate: Estate) -> None:
        """It is no business of ours."""
        await told_off(estate, "http://nobody.test/v1", ago_seconds=301)
        (key,) = await estate.keys()
        async with writing(estate.maker) as session:
            key.disabled = True
            session.add(key)
        await estate.changed()
        await OffKeys(estate.keeping()).round()
        assert estate.fake.asked == []


class TestBreakers:
    async def held_back(self, estate: Estate) -> None:
        """Let the one channel's breaker open, and its hold pass."""
        await estate.channel(base_urls={"openai_chat": "http://chat.test/v1"})
        (candidate,) = estate.fake.road.directory.candidates("gpt", "default", "openai_chat")
        for _ in range(5):
            estate.fake.road.health.failed(candidate, candidate.keys[0], BROKE)
        await estate.fake.road.health.flush()
        await until(lambda: self.standing(estate) is Standing.HALF_OPEN)

    def standing(self, estate: Estate) -> Standing:
        """How the first channel stands."""
        return estate.fake.road.health.of("c1")

    async def test_who_is_asked_by_nobody_is_asked_by_us(self, estate: Estate) -> None:
        """Not at once: traffic may do it."""
        await self.held_back(estate)
        chore = Breakers(estate.keeping())
        await chore.round()
        assert estate.fake.asked == []

        estate.fake.plays(whole(ANSWER))
        await chore.round()
        await turns()

        assert self.standing(estate) is Standing.WELL

    async def test_whom_traffic_tries_is_left_to_it(self, estate: Estate) -> None:
        """One request at a time."""
        await self.held_back(estate)
        chore = Breakers(estate.keeping())
        await chore.round()
        assert await estate.fake.road.health.claim(["c1"]) is None
        await chore.round()
        assert estate.fake.asked == []

    async def test_who_fails_again_is_held_back_longer(self, estate: Estate) -> None:
        """And can be tried once more after that."""
        await self.held_back(estate)
        chore = Breakers(estate.keeping())
        estate.fake.plays(upstream.ConnectFailed("no"))
        await chore.round()
        await chore.round()
        known = estate.fake.road.health.health("c1")
        assert known is not None
        assert (known.strikes, known.hold_ms) == (2, 2_000)
        assert self.standing(estate) is Standing.OPEN


class TestScheduled:
    async def test_a_key_is_tested_when_its_time_has_come(self, estate: Estate) -> None:
        """And not again until the next time, by whatever process."""
        await estate.channel(keys=2, tests=EVERY, base_urls={"openai_chat": "http://chat.test/v1"})
        estate.fake.plays(whole(ANSWER), refused(500))
        for boot_id in ("one", "other"):
            keeping = estate.keeping(boot_id)
            chore = Scheduled(keeping, Reports(keeping))
            for _ in range(2):
                await chore.round()

        assert sorted(test.ok for test in await estate.tests()) == [False, True]
        assert len(estate.fake.asked) == 2

    @pytest.mark.parametrize(("more", "asked"), [({}, 0), ({"sparse": False}, 1)], ids=["sparse", "always"])
    async def test_traffic_makes_a_test_needless_if_it_may(
        self, estate: Estate, more: dict[str, bool], asked: int
    ) -> None:
        """An answer within the time is as good."""
        await estate.channel(tests=EVERY | more, base_urls={"openai_chat": "http://chat.test/v1"})
        (key,) = await estate.keys()
        estate.fake.road.last_good[key.id] = time.time() - 30
        estate.fake.plays(whole(ANSWER))
        keeping = estate.keeping()
        await Scheduled(keeping, Reports(keeping)).round()
        assert len(estate.fake.asked) == asked

    async def test_traffic_of_another_process_does_too(self, estate: Estate) -> None:
        """It tells in its report."""
        await estate.channel(tests=EVERY, base_urls={"openai_chat": "http://chat.test/v1"})
        (key,) = await estate.keys()
        other = estate.keeping("other")
        async with writing(estate.maker) as session:
            await presence.beat(session, "other", "node", "")
        estate.fake.road.last_good[key.id] = time.time()
        await Reports(other).round()
        estate.fake.road.last_good.clear()

        keeping = estate.keeping()
        await Scheduled(keeping, Reports(keeping)).round()
        assert estate.fake.asked == []

    async def test_what_has_no_schedule_is_not_tested(self, estate: Estate) -> None:
        """Tests cost money."""
        await estate.channel(tests=Tests())
        keeping = estate.keeping()
        await Scheduled(keeping, Reports(keeping)).round()
        assert estate.fake.asked == []


class TestBalances:
    async def test_what_is_told_is_kept_and_little_is_said_once(self, estate: Estate) -> None:
        """When it falls below one unit of the currency, and when nothing is left."""
        told = [
            answer(b'{"balance_infos":[{"currency":"USD","total_balance":"%b"}]}' % amount)
            for amount in (b"7.50", b"0.30", b"0.20", b"-1")
        ]
        async with raw_upstream(saying(*told)) as provider:
            await estate.channel(provider="deepseek", base_urls={"openai_chat": f"{provider.origin}"})
            seen: list[Decimal] = []
            for _ in told:
                await Balances(estate.keeping(balance=0.000001)).round()
                (key,) = await estate.keys()
                assert key.balance is not None
                seen.append(Decimal(key.balance["amount"]))

        assert seen == [Decimal("7.5"), Decimal("0.3"), Decimal("0.2"), Decimal(-1)]
        subject = f"k{(await estate.keys())[0].id}"
        assert await estate.notices() == [("balance_low", subject), ("balance_gone", subject)]

    async def test_it_is_asked_for_once_in_its_time(self, estate: Estate) -> None:
        """By one process of all."""
        asked = 0

        async def serve(link: Link) -> None:
            nonlocal asked
            while await link.request():
                asked += 1
                await link.push(answer(b'{"balance_infos":[{"currency":"USD","total_balance":"7"}]}'))

        async with raw_upstream(serve) as provider:
            await estate.channel(provider="deepseek", base_urls={"openai_chat": f"{provider.origin}"})
            for boot_id in ("one", "other"):
                chore = Balances(estate.keeping(boot_id))
                for _ in range(2):
                    await chore.round()
        assert asked == 1

    @pytest.mark.parametrize("every", [0, 3_600], ids=["never asked for", "the provider does not tell"])
    async def test_nothing_is_asked(self, estate: Estate, every: float) -> None:
        """OpenAI tells no balance."""
        await estate.channel(provider="openai" if every else "deepseek")
        await Balances(estate.keeping(balance=every)).round()
        (key,) = await estate.keys()
        assert key.balance is None


class TestDrains:
    async def draining(self, estate: Estate) -> int:
        """Add a channel that drains."""
        channel = await estate.channel()
        async with writing(estate.maker) as session:
            await drain_channel(session, channel.name)
        await estate.changed()
        return channel.id

    def drains(self, estate: Estate) -> tuple[Drains, list[float]]:
        """Return the chore of one process, and its clock."""
        keeping, clock = estate.keeping(), [0.0]
        return Drains(keeping, Reports(keeping), clock=lambda: clock[0]), clock

    async def look_twice(self, chore: Drains, clock: list[float], *, seconds: float = 2.0) -> None:
        """Look again after a while."""
        await chore.round()
        clock[0] += seconds
        await chore.round()

    async def test_a_channel_that_serves_nobody_is_off_after_two_looks(self, estate: Estate) -> None:
        """Whoever has chosen it just now is seen by then."""
        channel_id = await self.draining(estate)
        chore, clock = self.drains(estate)
        await self.look_twice(chore, clock, seconds=1.9)
        assert [channel.disabled for channel in await estate.channels()] == [False]
        await self.look_twice(chore, clock)

        (channel,) = await estate.channels()
        assert (channel.disabled, channel.draining) == (True, False)
        assert await estate.notices() == [("drained", f"c{channel_id}")]

    async def test_a_channel_that_serves_somebody_here_is_not(self, estate: Estate) -> None:
        """It ends what it has."""
        channel_id = await self.draining(estate)
        estate.fake.road.busy[channel_id] = 1
        await self.look_twice(*self.drains(estate))
        assert [channel.draining for channel in await estate.channels()] == [True]

    async def test_a_process_that_has_not_told_is_waited_for(self, estate: Estate) -> None:
        """It may serve somebody; once it tells that it does not, the drain ends."""
        await self.draining(estate)
        async with writing(estate.maker) as session:
            await presence.beat(session, "other", "node", "")
        chore, clock = self.drains(estate)
        await self.look_twice(chore, clock)
        assert [channel.draining for channel in await estate.channels()] == [True]

        await Reports(estate.keeping("other")).round()
        await self.look_twice(chore, clock)
        assert [channel.draining for channel in await estate.channels()] == [False]
