"""Background work goes on, and ends with its process."""

import asyncio
from functools import partial

import pytest
from structlog.testing import capture_logs

from oblivious.app.works import running


class Work:
    """Fails as often as it is told, then goes on until it is stopped."""

    def __init__(self, failures: int = 0, *, bad_end: bool = False) -> None:
        self.begun = 0
        self.ended = False
        self.going = asyncio.Event()
        self._failures = failures
        self._bad_end = bad_end

    async def go_on(self) -> None:
        """Be the work."""
        self.begun += 1
        if self.begun <= self._failures:
            raise ZeroDivisionError
        self.going.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True
            if self._bad_end:
                raise OSError("the disk is full")


async def _run_and_fail(works: list[Work]) -> None:
    async with running([work.go_on for work in works]):
        for work in works:
            await work.going.wait()
        raise KeyError


class TestRunning:
    async def test_all_of_it_ends_with_the_block(self) -> None:
        """Whatever the block ran into."""
        works = [Work(), Work()]

        with pytest.raises(KeyError):
            await _run_and_fail(works)

        assert all(work.ended for work in works)

    async def test_what_fails_is_told_and_begun_again(self) -> None:
        """A gateway without its watch would serve, and never notice who hangs up."""
        work = Work(failures=3)

        with capture_logs() as logs:
            async with asyncio.timeout(5), running([work.go_on], again_s=0):
                await work.going.wait()

        assert work.begun == 4
        assert [line["event"] for line in logs] == ["background_work_failed"] * 3
        assert logs[0]["work"].endswith("Work.go_on")

    async def test_the_others_do_not_notice(self) -> None:
        """One bug, one work."""
        works = [Work(failures=2), Work()]

        with capture_logs():
            async with running([partial(work.go_on) for work in works], again_s=0):
                await works[0].going.wait()

        assert works[1].begun == 1

    async def test_what_fails_while_it_is_stopped_is_stopped(self) -> None:
        """A last write to a full disk must not keep the process."""
        work = Work(bad_end=True)

        with capture_logs() as logs:
            async with asyncio.timeout(5), running([work.go_on]):
                await work.going.wait()

        assert (work.begun, len(logs)) == (1, 1)

    async def test_what_is_done_is_not_begun_again(self) -> None:
        """Some work has an end."""
        done = asyncio.Event()

        async def once() -> None:
            assert not done.is_set()
            done.set()

        async with running([once], again_s=0):
            await done.wait()
            await asyncio.sleep(0)
