"""What only the board in memory can show."""

from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import RESYNCHRONISE, Change, Health, Report
from tests.fakes.clock import FakeClock


class TestSweep:
    async def test_each_report_looks_at_a_few(self) -> None:
        """All who have nothing to say any more are gone after half as many reports."""
        clock = FakeClock()
        board = MemoryBoard(now=clock)
        changes = board.changes()
        assert await anext(changes) is RESYNCHRONISE
        await board.report([Report(f"k{n}", "", 1) for n in range(40)])
        await changes.aclose()
        clock.advance(100_000)

        changes = board.changes()
        assert await anext(changes) is RESYNCHRONISE
        for _ in range(20):
            await board.report([Report("well", "1")])

        assert [await anext(changes) for _ in range(40)] == [Change(f"k{n}", None) for n in range(40)]
        await changes.aclose()

    async def test_what_still_says_something_stays(self) -> None:
        """Round and round."""
        board = MemoryBoard(now=FakeClock())
        await board.report([Report("a", "0"), Report("b", "0")])
        for _ in range(10):
            await board.report([Report("well", "1")])

        assert set(await board.everything()) == {"a", "b"}


class TestClock:
    async def test_it_is_the_wall_clock(self) -> None:
        """People read when a hold ends."""
        board = MemoryBoard()
        (health,) = await board.report([Report("a", "", 5_000)])

        assert health is not None
        assert health.until_ms - 5_000 <= board.now_ms() < health.until_ms
        assert health == Health(health.until_ms, False, 1, 5_000, "", "", health.until_ms - 5_000)
