"""A journal on a real disk, and what it does when the disk fails it."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from oblivious.contracts.events import Record
from oblivious.infra.bus.framing import frame
from oblivious.infra.bus.journal import RESERVE_BYTES, Journal
from oblivious.infra.bus.liveness import Claim
from oblivious.infra.bus.segments import path_of, segments_in
from oblivious.infra.bus.tail import Tail
from tests.fakes.records import ended, opened, progress, whole
from tests.fakes.waiting import until
from tests.integration.infra.bus.conftest import SEGMENT_BYTES, OpenJournal, fill, write
from tests.integration.infra.bus.small_disk import small_disk


def read_all(folder: Path) -> list[Record]:
    """Read all that a journal holds now."""
    tail, records = Tail(folder, segments_in(folder)[0]), list[Record]()
    while not tail.at_end:
        records += tail.read(dead=False)
        if tail.segment_done:
            tail.advance()
    tail.close()
    return records


async def until_room(journal: Journal) -> None:
    """Wait until the journal has room."""
    await until(lambda: journal.has_room(0))


def raise_it(_: BaseException | None) -> None:
    """Be a bad callback."""
    raise ZeroDivisionError


class TestAppend:
    async def test_records_are_written_in_their_order(self, root: Path, open_journal: OpenJournal) -> None:
        """All turns together, over as many segments as they take."""
        journal = open_journal()
        records = [record for number in range(1_000) for record in whole(f"x{number}")]

        for begin in range(0, len(records), 30):
            await until_room(journal)
            await write(journal, *records[begin : begin + 30])

        assert read_all(root / "boot") == records
        assert len(segments_in(root / "boot")) > 3

    async def test_nothing_is_written_within_the_turn(self, root: Path, open_journal: OpenJournal) -> None:
        """One write takes all that a turn has appended."""
        journal = open_journal()

        journal.append(opened("a"))
        within = read_all(root / "boot")
        await asyncio.sleep(0)

        assert (within, read_all(root / "boot")) == ([], [opened("a")])

    async def test_a_record_longer_than_a_segment_is_refused(self, open_journal: OpenJournal) -> None:
        """It would fit nowhere; what comes after it is written."""
        journal = open_journal()

        with pytest.raises(ValueError, match="longer"):
            journal.append(opened("x" * SEGMENT_BYTES))

        await write(journal, opened("a"))

    async def test_a_turn_longer_than_a_segment_is_written(
        self, root: Path, open_journal: OpenJournal
    ) -> None:
        """A thousand clients may go away at once."""
        journal = open_journal()
        await until(lambda: journal.room_bytes == 2 * SEGMENT_BYTES)
        frame_bytes = len(frame(msgspec.json.encode(ended("x100"))))
        records = [ended(f"x{number}") for number in range(int(1.5 * SEGMENT_BYTES / frame_bytes))]

        await write(journal, *records)

        assert read_all(root / "boot") == records


class TestAfterWrite:
    async def test_it_is_told_when_the_record_is_in_the_file(
        self, root: Path, open_journal: OpenJournal
    ) -> None:
        """Whoever waits for it may send upstream then."""
        journal = open_journal()
        seen: list[tuple[BaseException | None, list[Record]]] = []

        journal.append(opened("a"))
        journal.after_write(lambda error: seen.append((error, read_all(root / "boot"))))
        assert seen == []
        await write(journal)

        assert seen == [(None, [opened("a")])]

    async def test_one_that_raises_does_not_keep_the_others_waiting(self, open_journal: OpenJournal) -> None:
        """The loop is told of it."""
        journal = open_journal()
        told = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.set_result(context))
        journal.after_write(raise_it)

        await write(journal, opened("a"))

        assert isinstance((await told)["exception"], ZeroDivisionError)


class TestRoom:
    async def test_the_next_segment_is_made_ahead(self, root: Path, open_journal: OpenJournal) -> None:
        """Nobody waits for it."""
        journal = open_journal()

        await until(lambda: journal.room_bytes == 2 * SEGMENT_BYTES)

        assert path_of(root / "boot", 2).stat().st_size == SEGMENT_BYTES

    async def test_what_is_in_flight_keeps_its_room(self, open_journal: OpenJournal) -> None:
        """The more there is, the earlier admission ends."""
        journal = open_journal(segments=1)
        most = SEGMENT_BYTES // RESERVE_BYTES - 2

        assert [journal.has_room(most), journal.has_room(most + 1)] == [True, False]

    async def test_the_ends_of_all_that_was_admitted_fit(self, root: Path, open_journal: OpenJournal) -> None:
        """However full the journal is, and though admission was refused since."""
        journal = open_journal(segments=2)
        await until_room(journal)
        admitted: list[str] = []
        while journal.has_room(len(admitted)):
            admitted.append(f"x{len(admitted)}")
            await write(journal, opened(admitted[-1]))

        for exchange in admitted:
            await write(journal, *whole(exchange)[1:], ended("unknown"))

        assert [record for record in read_all(root / "boot") if record == ended(admitted[-1])]

    async def test_progress_never_takes_the_room_of_what_must_be_written(
        self, root: Path, open_journal: OpenJournal
    ) -> None:
        """It is a hint; the end is not."""
        journal = open_journal(segments=1)
        streams = [f"x{number}" for number in range(SEGMENT_BYTES // RESERVE_BYTES)]

        await write(journal, progress(*streams))

        assert read_all(root / "boot") == []


class TestFull:
    async def test_at_the_cap_it_refuses_and_recovers_when_segments_are_removed(
        self, root: Path, open_journal: OpenJournal
    ) -> None:
        """What was refused is kept in its order, and written then."""
        journal = open_journal(segments=3)
        records = await fill(journal)
        assert not journal.has_room(0)
        held = read_all(root / "boot")
        journal.append(ended("last"))

        path_of(root / "boot", 1).unlink()
        await until_room(journal)
        await write(journal, opened("new"))

        later = read_all(root / "boot")
        assert (held + later)[-1] == opened("new")
        assert [record for record in records if record not in held and record not in later] == []
        assert later.index(ended("last")) < later.index(opened("new"))

    async def test_on_a_full_disk_it_refuses_and_recovers_when_there_is_space(
        self, tmp_path: Path, root: Path, open_journal: OpenJournal
    ) -> None:
        """A real disk of half a megabyte, of which somebody else takes the rest."""
        with small_disk(root, 512 * 1024):
            journal = open_journal()
            await until_room(journal)
            other = root / "other"
            other.write_bytes(bytes(512 * 1024 - 2 * SEGMENT_BYTES - 16 * 1024))
            records = await fill(journal)
            assert not journal.has_room(0)

            other.unlink()
            await until_room(journal)
            await journal.close()

            assert read_all(root / "boot") == records

    async def test_a_write_that_fails_half_way_is_written_over(
        self, root: Path, open_journal: OpenJournal
    ) -> None:
        """The system's limit on file sizes cuts a write, then refuses all."""
        journal = open_journal()
        await write(journal, opened("a"))
        await until_room(journal)

        with file_limit(400):
            with pytest.raises(OSError, match=r"only \d+ of"):
                await write(journal, *whole("b"))
            assert not journal.has_room(0)
        await until_room(journal)
        await write(journal, opened("c"))

        assert read_all(root / "boot") == [opened("a"), *whole("b"), opened("c")]


class TestClose:
    async def test_everything_is_written_and_the_claim_is_gone(
        self, root: Path, open_journal: OpenJournal
    ) -> None:
        """Others see at once that nobody writes any more."""
        journal = open_journal()
        assert Claim.take(root / "boot") is None
        journal.append(opened("a"))

        await journal.close()

        claim = Claim.take(root / "boot")
        assert claim is not None
        claim.release()
        assert read_all(root / "boot") == [opened("a")]

    async def test_what_could_not_be_written_is_said(self, open_journal: OpenJournal) -> None:
        """It is lost with the process, and that must not happen in silence."""
        journal = open_journal(segments=1)
        await fill(journal)

        with pytest.raises(OSError, match="could not be written"):
            await journal.close()


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """Let nobody in this process write files beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
