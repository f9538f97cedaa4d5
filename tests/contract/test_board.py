"""What every board does, whichever it is; `tests/unit/infra/state/board/test_rules.py` says how it judges."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from oblivious.infra.state.board.protocol import Board, Change, Health, Report
from oblivious.infra.state.board.rules import KEPT_MS, LONGEST_SUBJECT
from tests.contract.board_rigs import (
    MOST_SUBJECTS,
    RULES,
    BoardRig,
    Heard,
    judged,
    memory_board_rig,
    redis_board_rig,
)


@pytest.fixture
async def memory_rig() -> BoardRig:
    return memory_board_rig()


@pytest.fixture
async def redis_rig(redis_url: str) -> AsyncIterator[BoardRig]:
    async with redis_board_rig(redis_url) as rig:
        yield rig


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def rig(request: pytest.FixtureRequest) -> BoardRig:
    made: BoardRig = request.getfixturevalue(f"{request.param}_rig")
    return made


@pytest.fixture
def board(rig: BoardRig) -> Board:
    return rig.board


def reports(*subjects: str) -> list[Report]:
    return [Report(subject, "0") for subject in subjects]


class TestReport:
    async def test_it_tells_what_is_known_of_each(self, rig: BoardRig) -> None:
        """In the reports' order, also of one that is named twice; None of one that is well."""
        now = rig.clock()

        told = await rig.board.report(
            [
                Report("a", "10"),
                Report("b", "11"),
                Report("a", "10", 0, "429"),
                Report("c", "", 7_000, "busy"),
            ]
        )

        assert told == [
            Health(window="0"),
            None,
            Health(now + 1_000, False, 1, 1_000, "010", "429", now),
            Health(now + 7_000, False, 1, 7_000, "", "busy", now),
        ]

    async def test_others_see_it(self, rig: BoardRig) -> None:
        """And judge on from there."""
        before = await judged(rig.board, "0000")

        assert await rig.other.everything() == {"c12": before}
        assert (await judged(rig.other, "0")).open

    async def test_no_report_is_lost_when_all_come_at_once(self, rig: BoardRig) -> None:
        """Each is judged after the one before it, wherever it comes from."""
        told = await asyncio.gather(
            *[judged(board, "0") for _ in range(RULES.bad) for board in (rig.board, rig.other)]
        )

        assert sum(health.open for health in told) == RULES.bad + 1

    async def test_many_at_once_are_answered_in_order(self, board: Board) -> None:
        """Also those that do not fit into one command, and none."""
        assert await board.report([]) == []

        told = await board.report([Report("c12", "0" if n % 600 == 599 else "") for n in range(1_300)])

        assert [health.window for health in told if health] == ["0"] * 600 + ["00"] * 101

    async def test_a_name_of_any_length_does_no_harm(self, board: Board) -> None:
        """One that no name has is known nothing of, and those beside it are."""
        told = await board.report(reports("a", "x" * (LONGEST_SUBJECT + 1), "b"))

        assert told == [Health(window="0"), None, Health(window="0")]
        assert set(await board.everything()) == {"a", "b"}

    @pytest.mark.parametrize("subject", ["k34:qwen max", "p:模型\n1 2 3", "k34:*[a]", "0", "'\"\\"])
    async def test_a_name_may_be_any_text(self, rig: BoardRig, subject: str) -> None:
        """It comes back as it is."""
        async with Heard(rig.other) as heard:
            (health,) = await rig.board.report([Report(subject, "0", 0, subject)])

            assert health is not None
            assert health.reason == subject
            assert await rig.other.everything() == {subject: health}
            assert await heard.next(1) == [Change(subject, health)]


class TestForgetting:
    @pytest.mark.parametrize(
        ("report", "kept_ms"),
        [
            pytest.param(Report("c12", "0"), KEPT_MS, id="outcomes"),
            pytest.param(Report("c12", "00000"), 1_000 + KEPT_MS, id="an open breaker"),
            pytest.param(Report("c12", "", 0), 1_000 + 60_000, id="a hold"),
            pytest.param(Report("c12", "", 20_000), 20_000 + 80_000, id="a long hold"),
        ],
    )
    async def test_what_is_over_goes_by_itself(self, rig: BoardRig, report: Report, kept_ms: int) -> None:
        """Until then it is there; afterwards it counts no more."""
        (before,) = await rig.board.report([report])
        await rig.advance(kept_ms)
        assert await rig.other.everything() == {"c12": before}

        await rig.advance(1)

        assert await rig.other.everything() == {}
        assert await judged(rig.board, "0") == Health(window="0")

    async def test_a_row_of_holds_counts_to_its_last_millisecond(self, rig: BoardRig) -> None:
        """Then the next one is the first again."""
        before = await judged(rig.board, "", 0)
        await rig.advance(61_000)
        assert await judged(rig.board) == before
        await rig.advance(1)
        assert await judged(rig.board) == Health()

    async def test_reports_clear_away_what_is_over(self, rig: BoardRig) -> None:
        """Nobody need ask for everything; those who listen are told."""
        await rig.board.report([Report("a", "", 0)])
        await rig.advance(70_000)

        async with Heard(rig.other) as heard:
            await rig.board.report([Report("b", "1")])
            assert await heard.next(1) == [Change("a", None)]

    async def test_no_more_subjects_are_known_than_fit(self, rig: BoardRig) -> None:
        """The first to go is who was not heard of for longest."""
        for n in range(MOST_SUBJECTS):
            await rig.board.report(reports(f"k{n}"))
            await rig.advance(1)
        await rig.board.report(reports("k0"))
        await rig.advance(1)

        async with Heard(rig.other) as heard:
            await rig.board.report(reports("new", "k0"))
            changes = await heard.next(3)

        assert Change("k1", None) in changes
        assert set(await rig.other.everything()) == {"new", "k0"} | {f"k{n}" for n in range(2, MOST_SUBJECTS)}

    async def test_a_subject_is_cleared(self, rig: BoardRig) -> None:
        """The next report begins anew; what is well stays so."""
        await judged(rig.board, "00000", 90_000)
        async with Heard(rig.other) as heard:
            await rig.other.clear("c12")
            await rig.other.clear("unknown")
            assert await judged(rig.board, "0") == Health(window="0")
            assert await heard.next(2) == [Change("c12", None), Change("c12", Health(window="0"))]


class TestChanges:
    async def test_all_hear_them_in_their_order(self, rig: BoardRig) -> None:
        """Those who report as well; what does not change is not told."""
        async with Heard(rig.board) as own, Heard(rig.other) as others:
            first = await judged(rig.board, "0", 5_000)
            await judged(rig.board, "", 4_000)
            await rig.advance(100_000)
            second = await judged(rig.other, "0")
            await judged(rig.other, "1111111111")

            expected = [Change("c12", first), Change("c12", second), Change("c12", None)]
            assert await own.next(3) == expected
            assert await others.next(3) == expected

    async def test_one_that_stays_well_is_not_told(self, rig: BoardRig) -> None:
        """However much is reported."""
        async with Heard(rig.other) as heard:
            await judged(rig.board, "1" * 50)
            await rig.board.report(reports("last"))
            assert await heard.next(1) == [Change("last", Health(window="0"))]


class TestClaim:
    async def test_of_all_who_want_it_one_gets_it(self, rig: BoardRig) -> None:
        """Wherever they are, until it is given back."""
        claims = await asyncio.gather(
            *[board.claim("c12", 1_000) for _ in range(20) for board in (rig.board, rig.other)]
        )
        assert sorted(claims) == [False] * 39 + [True]

    async def test_another_one_is_free(self, board: Board) -> None:
        """Claims know their subject."""
        assert await board.claim("c12", 1_000)
        assert await board.claim("c13", 1_000)

    async def test_given_back_it_is_free(self, rig: BoardRig) -> None:
        """For all."""
        assert await rig.board.claim("c12", 1_000)
        await rig.board.release("c12")
        assert await rig.other.claim("c12", 1_000)

    async def test_a_lease_ends(self, rig: BoardRig) -> None:
        """To the millisecond: a claimant may have died."""
        assert await rig.board.claim("c12", 1_000)
        await rig.advance(999)
        assert not await rig.other.claim("c12", 1_000)
        await rig.advance(1)
        assert await rig.other.claim("c12", 1_000)

    async def test_what_is_not_claimed_may_be_given_back(self, board: Board) -> None:
        """Nothing happens."""
        await board.release("c12")
        assert await board.claim("c12", 1_000)


class TestClock:
    async def test_it_is_the_boards(self, rig: BoardRig) -> None:
        """As of the last answer: deadlines are compared with it."""
        await rig.advance(123_456)
        await rig.board.everything()

        assert 0 <= rig.board.now_ms() - rig.clock() < 60_000
        assert rig.board.healthy
