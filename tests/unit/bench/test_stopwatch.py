"""Stopwatches: a part counts only while it runs, and not what runs inside it under a watch of its own."""

import asyncio

from bench.stopwatch import Watch, timed


def busy() -> None:
    for _ in range(200_000):
        pass


class TestTimed:
    def test_what_is_inside_counts_there(self) -> None:
        """The outer watch sees next to nothing of the inner one's work."""
        outer, inner = Watch("outer"), Watch("inner")
        timed(timed(busy, inner), outer)()

        assert (outer.calls, inner.calls) == (1, 1)
        assert outer.ns < inner.ns / 2

    async def test_a_step_that_waits_is_stopped(self) -> None:
        """Others run meanwhile; that is not its time."""
        waiting, told = Watch("waiting"), asyncio.Event()

        async def step() -> str:
            await told.wait()
            return "done"

        task = asyncio.create_task(timed(step, waiting)())
        await asyncio.sleep(0)
        worked = Watch("worked")
        timed(busy, worked)()
        told.set()

        assert await task == "done"
        assert waiting.ns < worked.ns / 2

    async def test_a_cancellation_reaches_the_step(self) -> None:
        """A watched step can still clean up."""
        ended: list[str] = []

        async def step() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("cleaned up")

        task = asyncio.create_task(timed(step, Watch("step"))())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

        assert task.cancelled()
        assert ended == ["cleaned up"]
