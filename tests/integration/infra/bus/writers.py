"""Starts writers, and kills them in the middle of their work."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

_REPOSITORY = Path(__file__).parents[4]
_SCRIPT = Path(__file__).with_name("writer.py")


class Writer:
    """A worker in a process of its own.

    Attributes:
        opened, ended: the exchanges whose beginning or end it has reported as written.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.opened: set[str] = set()
        self.ended: set[str] = set()
        self._process = process

    async def work(self, reports: int) -> None:
        """Let it go on until it has reported so many times more."""
        for _ in range(reports):
            if not await self._report():
                raise EOFError("the writer has ended by itself")

    async def kill(self) -> None:
        """Kill -9 it, and hear what it had still to say; a second call does nothing."""
        if self._process.returncode is None:
            self._process.kill()
        while await self._report():
            pass
        await self._process.wait()

    async def _report(self) -> bool:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            return False
        what, *exchanges = line.decode().split()
        {"opened": self.opened, "ended": self.ended}[what].update(exchanges)
        return True


@asynccontextmanager
async def writing(root: Path, boot_id: str) -> AsyncGenerator[Writer, None]:
    """Start a writer, which begins at once; it does not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_SCRIPT),
        str(root),
        boot_id,
        cwd=_REPOSITORY,
        env={"PYTHONPATH": str(_REPOSITORY)},
        stdout=asyncio.subprocess.PIPE,
    )
    writer = Writer(process)
    try:
        yield writer
    finally:
        await writer.kill()
