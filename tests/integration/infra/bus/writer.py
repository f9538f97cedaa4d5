"""A worker that writes exchanges as fast as it can, and tells which ones are written, until it is killed."""

import asyncio
import os
import sys
from pathlib import Path

from oblivious.infra.bus.journal import Journal
from tests.fakes.records import attempt, ended, opened, progress


async def write(root: Path, boot_id: str, told: int) -> None:
    """Run exchanges, ten at a time, each ten over two turns of the loop."""
    journal = Journal.open(
        root, boot_id, segment_bytes=256 * 1024, fsync_ms=20, loop=asyncio.get_running_loop()
    )
    number = 0
    while True:
        batch = [f"{boot_id}.{number + place}" for place in range(10)]
        number += 10
        for exchange in batch:
            journal.append(opened(exchange))
            journal.append(attempt(exchange))
        _tell_when_written(journal, told, "opened", batch)
        await asyncio.sleep(0)
        journal.append(progress(*batch))
        for exchange in batch:
            journal.append(ended(exchange))
        _tell_when_written(journal, told, "ended", batch)
        while not journal.has_room(10):  # noqa: ASYNC110 - room is made by a thread
            await asyncio.sleep(0.001)


def _tell_when_written(journal: Journal, told: int, what: str, batch: list[str]) -> None:
    line = " ".join([what, *batch]).encode() + b"\n"

    def tell(error: BaseException | None) -> None:
        if error is None:
            os.write(told, line)

    journal.after_write(tell)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], sys.stdout.fileno()))
