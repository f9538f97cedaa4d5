"""How one that was held back comes back: by itself, by an answer, or on an operator's word."""

import pytest

from oblivious.channels.candidate import Key
from oblivious.channels.directory import Directory, ListedModel, Offer, build_directory
from oblivious.channels.health import HealthMirror
from oblivious.channels.pick import Standing
from tests.fakes.boards import FakeBoard
from tests.fakes.candidates import candidate
from tests.fakes.waiting import turns
from tests.unit.channels.faults import BROKE, CHANNEL, DEAD, KEY, ONE, PAIR, open_breaker, resting


def offering(*keys: Key) -> Directory:
    return build_directory([Offer(ListedModel("m", 0, "anyone"), (), [ONE.with_keys(keys)])])


@pytest.fixture
def board() -> FakeBoard:
    return FakeBoard()


@pytest.fixture
def mirror(board: FakeBoard) -> HealthMirror:
    return board.mirror()


class TestTime:
    def test_a_rest_ends_by_itself(self, board: FakeBoard, mirror: HealthMirror) -> None:
        """At its last millisecond, and not before."""
        mirror.failed(ONE, KEY, resting(5))

        board.clock.advance(4_999)
        assert mirror.of(PAIR) is Standing.COOLING
        board.clock.advance(1)
        assert mirror.of(PAIR) is Standing.WELL
        assert mirror.held_back == 0

    def test_an_open_breaker_is_half_open_after_its_rest(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """And stays so until somebody has tried."""
        open_breaker(mirror)

        board.clock.advance(1_000)
        assert mirror.of(CHANNEL) is Standing.HALF_OPEN
        board.clock.advance(3_600_000)
        assert mirror.of(CHANNEL) is Standing.HALF_OPEN


class TestSucceeded:
    def test_the_answer_of_one_that_is_half_open_closes_its_breaker(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """From then on it is asked as before."""
        open_breaker(mirror)
        board.clock.advance(1_000)

        mirror.succeeded(ONE, KEY)

        assert mirror.of(CHANNEL) is Standing.WELL

    def test_one_that_flaps_is_held_back_longer_each_time(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """One good answer in between does not begin the row anew."""
        holds: list[int] = []
        for _ in range(4):
            open_breaker(mirror)
            holds.append(mirror.back_in_ms([CHANNEL]))
            board.clock.advance(holds[-1])
            mirror.succeeded(ONE, KEY)

        assert holds == [1_000, 2_000, 4_000, 8_000]

    async def test_a_last_resort_that_works_is_well_for_everybody(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """It was asked since nobody else was left, with its breaker open."""
        open_breaker(mirror)
        await mirror.flush()

        mirror.succeeded(ONE, KEY)
        assert not mirror
        await turns()

        assert await board.everything() == {}

    async def test_answers_of_those_who_are_well_are_not_told(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """A healthy fleet costs the board nothing."""
        mirror.succeeded(ONE, KEY)
        mirror.failed(candidate(2), candidate(2).keys[0], BROKE)
        mirror.succeeded(ONE, KEY)
        await mirror.flush()

        assert [report.subject for report in board.reports] == ["c2"]


class TestClear:
    async def test_on_an_operators_word_it_is_well_at_once(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """Whatever was noted of it and not told yet."""
        mirror.failed(ONE, KEY, resting(60))
        await mirror.flush()
        mirror.failed(ONE, KEY, resting(90))

        await mirror.clear(PAIR)
        await mirror.flush()

        assert mirror.of(PAIR) is Standing.WELL
        assert await board.everything() == {}


class TestWelcome:
    @pytest.mark.parametrize(
        ("before", "standing"),
        [((), Standing.WELL), ((KEY,), Standing.COOLING)],
        ids=["switched on just now", "on all the time"],
    )
    async def test_a_key_that_was_not_there_before_is_taken_for_well(
        self, mirror: HealthMirror, before: tuple[Key, ...], standing: Standing
    ) -> None:
        """Whoever switches one on wants to see it tried."""
        mirror.failed(ONE, KEY, DEAD)

        await mirror.welcome(offering(*before, ONE.keys[1]), offering(*ONE.keys))

        assert mirror.of(PAIR) is standing
