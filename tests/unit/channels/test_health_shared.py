"""How processes hear of each other's channels, and what each does alone."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from oblivious.channels.health import HealthMirror
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.pick import Standing
from oblivious.infra.state.errors import StoreUnreachable
from tests.fakes.boards import FakeBoard
from tests.fakes.candidates import candidate
from tests.fakes.hurry import in_a_hurry
from tests.fakes.waiting import turns, until

ONE = candidate(1)
MOST_KEPT = 10_000
"""Reports that wait for a board which is out of reach."""


def rest(mirror: HealthMirror, number: int, seconds: int) -> None:
    """Note that a channel asked for rest."""
    resting = candidate(number)
    verdict = Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, seconds * 1_000)
    mirror.failed(resting, resting.keys[0], verdict)


def is_cooling(mirror: HealthMirror, *subjects: str) -> bool:
    return all(mirror.of(subject) is Standing.COOLING for subject in subjects)


@contextlib.asynccontextmanager
async def going_on(*chores: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Run what goes on for ever beside a test."""
    tasks = [asyncio.ensure_future(chore) for chore in chores]
    try:
        await asyncio.sleep(0)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class TestFollow:
    async def test_what_fails_elsewhere_is_known_here(self) -> None:
        """And what gets well."""
        board = FakeBoard()
        here, there = board.mirror(), board.mirror()

        async with going_on(here.follow(), there.tell()):
            rest(there, 1, 5)
            await until(lambda: is_cooling(here, "c1"))
            await there.clear("c1")
            await until(lambda: not here)

    async def test_a_process_that_begins_learns_what_was_said_before(self) -> None:
        """It asks for everything first, and keeps what it has not told yet."""
        board = FakeBoard()
        there, late = board.mirror(), board.mirror()
        rest(there, 1, 5)
        await there.flush()
        rest(late, 2, 5)

        async with going_on(late.follow()):
            await until(lambda: is_cooling(late, "c1"))
            assert is_cooling(late, "c2")

    async def test_what_was_seen_here_since_is_newer_than_what_is_heard(self) -> None:
        """The board joins both as soon as it is told."""
        board = FakeBoard()
        here, there = board.mirror(), board.mirror()

        async with going_on(here.follow()):
            rest(here, 1, 9)
            rest(there, 1, 2)
            rest(there, 2, 2)
            await there.flush()
            await until(lambda: is_cooling(here, "c2"))

            assert here.back_in_ms(["c1"]) == 9_000

            await here.flush()
            assert here.back_in_ms(["c1"]) == 9_000
            assert (await board.everything())["c1"].hold_ms == 9_000


class TestClaim:
    async def test_one_of_all_processes_tries_what_is_half_open(self) -> None:
        """The others are told which it is, and may have it when it was left."""
        board = FakeBoard()
        here, there = board.mirror(), board.mirror()

        assert await here.claim(["c1", "k100"]) is None
        assert await there.claim(["k200", "k100"]) == "k100"

        here.release(["c1", "k100"])
        await turns()
        assert await there.claim(["k100"]) is None

    async def test_who_can_not_have_all_has_none(self) -> None:
        """Else two might wait for each other."""
        board = FakeBoard()
        here, there = board.mirror(), board.mirror()
        await there.claim(["k100"])

        assert await here.claim(["c1", "k100"]) == "k100"
        assert await there.claim(["c1"]) is None

    async def test_it_ends_by_itself_should_its_process_die(self) -> None:
        """After half a minute."""
        board = FakeBoard()
        here, there = board.mirror(), board.mirror()
        await here.claim(["c1"])

        board.clock.advance(29_999)
        assert await there.claim(["c1"]) == "c1"
        board.clock.advance(1)
        assert await there.claim(["c1"]) is None

    async def test_without_the_board_each_process_lets_one_of_its_own_try(self) -> None:
        """One of two processes is still two, and no more."""
        board = FakeBoard()
        here, there = board.mirror(), board.mirror()
        board.away = True

        assert await here.claim(["c1"]) is None
        assert await here.claim(["c1"]) == "c1"
        assert await there.claim(["c1"]) is None

        here.release(["c1"])
        await turns()
        assert await here.claim(["c1"]) is None


class TestAlone:
    async def test_it_goes_on_and_says_so_once(self) -> None:
        """In the log and to whoever asks; and when it is over."""
        board = FakeBoard()
        mirror = board.mirror()
        board.away = True

        with capture_logs() as logs:
            for number in (1, 2):
                rest(mirror, number, 5)
                await mirror.flush()
            assert (is_cooling(mirror, "c1", "c2"), mirror.alone) == (True, True)

            board.away = False
            await mirror.flush()

        assert not mirror.alone
        assert [line["event"] for line in logs] == ["health_is_not_shared", "health_is_shared_again"]

    async def test_what_was_seen_meanwhile_is_told_in_its_order_when_it_is_back(self) -> None:
        """Each once, as one report of each subject."""
        board = FakeBoard()
        mirror = board.mirror()
        board.away = True
        broke = Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)
        mirror.failed(ONE, ONE.keys[0], broke)
        await mirror.flush()
        mirror.succeeded(ONE, ONE.keys[0])
        await mirror.flush()
        mirror.failed(ONE, ONE.keys[0], broke)

        board.away = False
        await mirror.flush()
        await mirror.flush()

        assert [(report.subject, report.outcomes) for report in board.reports] == [("c1", "010")]
        assert mirror.of("c1") is Standing.OPEN
        assert (await board.everything())["c1"] == mirror.health("c1")

    async def test_what_is_kept_does_not_grow_without_end(self) -> None:
        """Names of models may be clients'."""
        board = FakeBoard()
        mirror = board.mirror()
        board.away = True
        for number in range(MOST_KEPT + 5):
            rest(mirror, number, 5)
        await mirror.flush()
        board.away = False
        await mirror.flush()
        assert len(board.reports) == MOST_KEPT

    def test_it_tries_again_by_itself(self) -> None:
        """Nothing else has to fail first."""

        async def told() -> None:
            board = FakeBoard()
            mirror = board.mirror()
            board.away = True
            async with going_on(mirror.tell()):
                rest(mirror, 1, 5)
                await until(lambda: mirror.alone)
                board.away = False
                await until(lambda: bool(board.reports))

        in_a_hurry(told())

    async def test_an_operator_is_told_that_nobody_else_hears_of_it(self) -> None:
        """Here the subject is well nevertheless."""
        board = FakeBoard()
        mirror = board.mirror()
        rest(mirror, 1, 5)
        board.away = True

        with pytest.raises(StoreUnreachable):
            await mirror.clear("c1")
        assert not mirror


class TestRefresh:
    def test_what_the_board_forgot_without_a_word_is_forgotten(self) -> None:
        """What was seen here and not told yet is told before."""

        async def forgotten() -> None:
            board = FakeBoard()
            mirror = board.mirror()
            rest(mirror, 1, 5)
            await mirror.flush()
            board.clock.advance(3_600_000)
            rest(mirror, 2, 5)
            async with going_on(mirror.refresh()):
                await until(lambda: mirror.health("c1") is None)
            assert is_cooling(mirror, "c2")
            assert list(await board.everything()) == ["c2"]

        in_a_hurry(forgotten())

    def test_a_board_that_is_out_of_reach_takes_nothing_away(self) -> None:
        """What was seen here holds until its time is over."""

        async def kept() -> None:
            board = FakeBoard()
            mirror = board.mirror()
            rest(mirror, 1, 5)
            await mirror.flush()
            board.away = True
            async with going_on(mirror.refresh()):
                await until(lambda: mirror.alone)
            assert is_cooling(mirror, "c1")

        in_a_hurry(kept())
