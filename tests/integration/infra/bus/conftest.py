"""Journals on a real disk."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from oblivious.contracts.events import Attempt, Ended, Opened, Record
from oblivious.infra.bus.journal import Journal
from oblivious.infra.bus.shipper import Shipper
from tests.fakes.bus import Ledger
from tests.fakes.records import price, whole

SEGMENT_BYTES = 64 * 1024

OpenJournal = Callable[..., Journal]
Write = Callable[..., Awaitable[None]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
async def open_journal(root: Path) -> AsyncIterator[OpenJournal]:
    """Open journals with small segments; what a test leaves open is closed."""
    opened: list[Journal] = []

    def open_one(boot_id: str = "boot", *, segment_bytes: int = SEGMENT_BYTES, segments: int = 64) -> Journal:
        journal = Journal.open(
            root,
            boot_id,
            segment_bytes=segment_bytes,
            cap_bytes=segment_bytes * segments,
            fsync_ms=10,
            loop=asyncio.get_running_loop(),
        )
        opened.append(journal)
        return journal

    yield open_one
    for journal in opened:
        await journal.close()


async def write(journal: Journal, *records: Record) -> None:
    """Append records and wait until they are written.

    Raises:
        OSError: they were not.
    """
    written = asyncio.get_running_loop().create_future()
    for record in records:
        journal.append(record)
    journal.after_write(
        lambda error: written.set_result(None) if error is None else written.set_exception(error)
    )
    await written


async def fill(journal: Journal) -> list[Opened | Attempt | Ended]:
    """Write exchanges until one is refused; return all their records, also the refused one's."""
    records: list[Opened | Attempt | Ended] = []
    number = 0
    while True:
        exchange = whole(f"x{number}")
        records += exchange
        number += 1
        try:
            await write(journal, *exchange)
        except OSError:
            return records


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def new_shipper(root: Path, ledger: Ledger) -> Callable[[], Shipper]:
    """Start shippers anew, each like a new process."""
    return lambda: Shipper(root, ledger, ledger, price, poll_ms=5, tidy_ms=10)


@pytest.fixture
async def shipper(new_shipper: Callable[[], Shipper]) -> AsyncIterator[Shipper]:
    """A running shipper."""
    shipper = new_shipper()
    running = asyncio.create_task(shipper.run())
    yield shipper
    shipper.stop()
    await running
    shipper.close()
