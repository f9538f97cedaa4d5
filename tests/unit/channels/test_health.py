"""What one process sees of its channels, and what it makes of it."""

import msgspec
import pytest

from oblivious.channels.candidate import Key
from oblivious.channels.health import HealthMirror
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.outbox import joined
from oblivious.channels.pick import Standing
from oblivious.infra.state.board.protocol import Report
from tests.fakes.boards import FakeBoard
from tests.unit.channels.faults import BROKE, BUSY, CHANNEL, DEAD, KEY, ONE, PAIR, SLOW, resting

POOLED = msgspec.structs.replace(KEY, pool="acme")


@pytest.fixture
def board() -> FakeBoard:
    return FakeBoard()


@pytest.fixture
def mirror(board: FakeBoard) -> HealthMirror:
    return board.mirror()


class TestFailed:
    @pytest.mark.parametrize(
        ("scope", "key", "subject"),
        [
            (Scope.CHANNEL, KEY, "c1"),
            (Scope.KEY, KEY, "k100"),
            (Scope.KEY_MODEL, KEY, "k100:model"),
            (Scope.POOL, POOLED, "p:acme"),
            (Scope.POOL, KEY, "k100"),
        ],
        ids=["channel", "key", "key and model", "pool", "pool of a key that is in none"],
    )
    def test_it_is_held_against_whom_the_verdict_names_and_nobody_else(
        self, mirror: HealthMirror, scope: Scope, key: Key, subject: str
    ) -> None:
        """The narrowest of them; others go on."""
        mirror.failed(ONE, key, resting(5, scope))

        known = ["c1", "k100", "k100:model", "k101", "p:acme"]
        assert [each for each in known if mirror.of(each) is Standing.COOLING] == [subject]
        assert mirror.held_back == 1

    async def test_it_is_known_here_before_anybody_was_told(
        self, board: FakeBoard, mirror: HealthMirror
    ) -> None:
        """The next request of this process must not wait for a round trip."""
        mirror.failed(ONE, KEY, resting(5))

        assert mirror.of(PAIR) is Standing.COOLING
        assert await board.everything() == {}

        await mirror.flush()

        told = (await board.everything())[PAIR]
        assert told == mirror.health(PAIR)
        assert (told.reason, told.hold_ms) == ("rate", 5_000)

    def test_what_is_nobodys_fault_is_not_noted(self, mirror: HealthMirror) -> None:
        """A request that no provider would take says nothing of the one that was asked."""
        mirror.failed(ONE, KEY, Verdict(Fault.CONTENT, Scope.CHANNEL, Action.NOTHING))

        assert not mirror

    def test_one_failure_that_counts_opens_nothing(self, mirror: HealthMirror) -> None:
        """Only too many of the last ones do."""
        mirror.failed(ONE, KEY, BROKE)
        assert (mirror.of(CHANNEL), mirror.held_back) == (Standing.WELL, 0)

        mirror.failed(ONE, KEY, BROKE)
        assert (mirror.of(CHANNEL), mirror.held_back) == (Standing.OPEN, 1)

    def test_failures_far_apart_among_answers_open_nothing(self, mirror: HealthMirror) -> None:
        """Two bad ones of the last four would."""
        for _ in range(5):
            mirror.failed(ONE, KEY, BROKE)
            for _ in range(3):
                mirror.succeeded(ONE, KEY)

        assert mirror.of(CHANNEL) is Standing.WELL

    def test_the_longer_deadline_wins(self, board: FakeBoard, mirror: HealthMirror) -> None:
        """Whichever of them was heard first."""
        mirror.failed(ONE, KEY, resting(9))
        board.clock.advance(1_000)
        mirror.failed(ONE, KEY, resting(2))
        assert mirror.back_in_ms([PAIR]) == 8_000

        mirror.failed(ONE, KEY, resting(20))
        assert mirror.back_in_ms([PAIR]) == 20_000

    @pytest.mark.parametrize(
        ("verdict", "holds"),
        [
            (SLOW, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]),
            (BUSY, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]),
        ],
        ids=["a limit that fills by the minute", "overload"],
    )
    def test_the_back_off_grows(
        self, board: FakeBoard, mirror: HealthMirror, verdict: Verdict, holds: list[int]
    ) -> None:
        """Up to half a minute where somebody only meets a limit again."""
        found: list[int] = []
        for _ in holds:
            mirror.failed(ONE, KEY, verdict)
            found.append(mirror.back_in_ms([PAIR]))
            board.clock.advance(found[-1])

        assert found == holds

    def test_a_key_that_is_refused_for_good_is_left_alone_for_that_model(self, mirror: HealthMirror) -> None:
        """Whether it is for all of them is found out before it is switched off."""
        mirror.failed(ONE, KEY, DEAD)

        assert mirror.of(PAIR) is Standing.COOLING
        assert (mirror.of("k100"), mirror.of("k101")) == (Standing.WELL, Standing.WELL)

    def test_the_last_of_several_is_back_last(self, mirror: HealthMirror) -> None:
        """Who is well holds nobody up."""
        mirror.failed(ONE, KEY, resting(3))
        mirror.failed(ONE, KEY, resting(7, Scope.CHANNEL))

        assert mirror.back_in_ms([PAIR, CHANNEL, "k101"]) == 7_000
        assert mirror.back_in_ms(["k101"]) == 0


class TestJoined:
    @pytest.mark.parametrize(
        ("one", "other", "both"),
        [
            (Report("c1", "0"), Report("c1", "10"), Report("c1", "010")),
            (Report("c1", "", 5, "rate"), Report("c1", "", 3), Report("c1", "", 5, "rate")),
            (Report("c1", "", 0, "rate"), Report("c1", "", 3, "busy"), Report("c1", "", 3, "busy")),
            (Report("c1", "0" * 100), Report("c1", "11"), Report("c1", "0" * 98 + "11")),
        ],
        ids=["outcomes in order", "the longer hold", "the newer reason", "the newest hundred"],
    )
    def test_two_reports_say_what_each_of_them_said(self, one: Report, other: Report, both: Report) -> None:
        """However many are kept for one subject, they take no more room."""
        assert joined(one, other) == both
