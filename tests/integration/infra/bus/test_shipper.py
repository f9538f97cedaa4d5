"""The shipper between real journals and a ledger in memory."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from oblivious.contracts.events import INTERRUPTED, SETTLED, Outcome
from oblivious.infra.bus.embedded import EmbeddedSink
from oblivious.infra.bus.journal import Journal
from oblivious.infra.bus.protocols import BadOutcomes
from oblivious.infra.bus.segments import path_of, segments_in
from oblivious.infra.bus.shipper import Shipper, Spent
from tests.fakes.bus import Ledger
from tests.fakes.records import attempt, ended, opened, outcome, price, progress, whole
from tests.fakes.waiting import until
from tests.integration.infra.bus.conftest import OpenJournal, fill, write
from tests.integration.infra.bus.small_disk import small_disk, use_up
from tests.integration.infra.bus.writers import writing

NewShipper = Callable[[], Shipper]


async def write_many(journal: Journal, names: range) -> list[str]:
    """Write whole exchanges, some at a time; return their names."""
    exchanges = [f"x{number}" for number in names]
    for begin in range(0, len(exchanges), 20):
        await until(lambda: journal.has_room(20))
        await write(journal, *(record for name in exchanges[begin : begin + 20] for record in whole(name)))
    return exchanges


async def spent_entries(shipper: Shipper) -> set[Spent]:
    """Collect what is to be put back."""
    return {spent async for batch in shipper.unsettled() for spent in batch}


class TestFollowing:
    async def test_outcomes_of_a_live_journal_are_delivered_as_they_are_written(
        self, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """Each once, in the order of their ends."""
        journal = open_journal()

        for begin in range(0, 600, 200):
            exchanges = await write_many(journal, range(begin, begin + 200))
            await ledger.until_settled(exchanges)

        assert list(ledger.settled) == [f"x{number}" for number in range(600)]
        assert [o.number for o in ledger.settled.values()] == list(range(1, 601))
        assert set(ledger.deliveries.values()) == {1}

    async def test_settled_segments_are_removed_though_an_old_exchange_is_still_open(
        self, root: Path, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """A stream of an hour must not fill the disk with everybody else's records."""
        journal = open_journal(segments=4)
        await write(journal, opened("long"), attempt("long"))

        exchanges = await write_many(journal, range(2_000))
        await ledger.until_settled(exchanges)
        await until(lambda: len(segments_in(root / "boot")) <= 2)
        await write(journal, ended("long"))
        await ledger.until_settled(["long"])

        assert ledger.settled["long"].attempts == [attempt("long")]

    async def test_nothing_unsettled_is_removed(
        self, root: Path, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """A broker has it, but brokers lose things."""
        ledger.settling = False
        journal = open_journal()

        exchanges = await write_many(journal, range(600))
        await ledger.until(lambda: set(exchanges) <= ledger.deliveries.keys())
        await until(lambda: shipper.status().journal_bytes > 0)

        assert segments_in(root / "boot")[0] == 1
        assert shipper.status().waiting == 600

    async def test_status_says_what_waits(
        self, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """A broken sink shows as lag and as an error, and both end with it."""
        ledger.failing = ConnectionError("the broker is away")
        journal = open_journal()
        await write(journal, *whole("a"))

        await until(lambda: "away" in shipper.status().last_error)
        failing = shipper.status()
        ledger.failing = None
        await ledger.until_settled(["a"])
        await until(lambda: not shipper.status().last_error)

        assert (failing.journals, failing.dead, failing.waiting) == (1, 0, 1)
        assert shipper.status().lag_seconds == 0

    async def test_marks_that_cannot_be_read_hold_up_only_the_removal(
        self, root: Path, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """A database may be away while a broker is there."""
        ledger.unreadable = ConnectionError("the database is away")
        journal = open_journal()
        exchanges = await write_many(journal, range(400))
        await ledger.until_settled(exchanges)
        await until(lambda: "away" in shipper.status().last_error)
        kept = segments_in(root / "boot")

        ledger.unreadable = None
        await until(lambda: segments_in(root / "boot")[0] > 1)

        assert kept[0] == 1

    async def test_a_full_disk_is_freed_by_what_gets_settled(
        self, root: Path, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """Though something must be written before anything can be removed."""
        with small_disk(root, 1024 * 1024):
            shipper = new_shipper()
            ledger.settling = False
            await shipper.drain()
            journal = open_journal()
            held = await fill(journal)
            use_up(root / "other")
            assert not journal.has_room(0)

            ledger.settling = True
            await shipper.drain()
            await until(lambda: journal.has_room(0))

            await journal.close()
            await shipper.drain()
            assert ledger.settled.keys() == {record.exchange_id for record in held}
            shipper.close()


class TestAdoption:
    async def test_open_exchanges_of_a_dead_worker_are_interrupted(
        self, root: Path, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """And then nothing of its journal is left."""
        journal = open_journal()
        await write(journal, *whole("a"), opened("b"), attempt("b"), progress("b", tokens=7), opened("c"))

        await journal.close()
        await ledger.until_settled(["a", "b", "c"])
        await until(lambda: not (root / "boot").exists())

        ends = {name: (o.number, o.status, o.ended.amount) for name, o in ledger.settled.items()}
        assert ends == {"a": (1, SETTLED, 100), "b": (2, INTERRUPTED, 17), "c": (3, INTERRUPTED, 0)}

    async def test_a_journal_stays_until_all_of_it_is_settled(
        self, root: Path, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """Delivered is not enough."""
        journal = open_journal()
        await write(journal, *whole("a"), *whole("b"))
        await journal.close()
        ledger.settling = False
        shipper = new_shipper()

        await shipper.drain()
        kept = (root / "boot").exists()
        ledger.settle([outcome(1, exchange="a")])
        await shipper.drain()
        kept_still = (root / "boot").exists()
        ledger.settle([outcome(2, exchange="b")])
        await shipper.drain()

        assert (kept, kept_still, (root / "boot").exists()) == (True, True, False)
        shipper.close()

    async def test_an_empty_journal_is_removed(
        self, root: Path, open_journal: OpenJournal, new_shipper: NewShipper
    ) -> None:
        """Its worker was never asked anything."""
        journal = open_journal()
        await journal.close()
        shipper = new_shipper()

        await shipper.drain()

        assert not (root / "boot").exists()
        shipper.close()

    @pytest.mark.parametrize("turns", [1, 7, 60, 200])
    async def test_everything_a_killed_worker_has_reported_is_settled(
        self, root: Path, new_shipper: NewShipper, ledger: Ledger, turns: int
    ) -> None:
        """Kill -9 in the middle of heavy writing: an end that was written is settled with its amount."""
        async with writing(root, "boot") as writer:
            await writer.work(turns)
        shipper = new_shipper()

        await shipper.drain()

        assert writer.opened <= ledger.settled.keys()
        assert {ledger.settled[name].status for name in writer.ended} <= {SETTLED}
        assert not (root / "boot").exists()
        shipper.close()


class TestRestart:
    async def test_a_shipper_goes_on_where_another_was_killed(
        self, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """At whatever point: nothing is missing, and what comes twice is the last delivery at most."""
        journal = open_journal()
        expected: list[str] = []
        for begin in range(0, 1_000, 100):
            expected += await write_many(journal, range(begin, begin + 100))
            shipper = new_shipper()
            running = asyncio.create_task(shipper.run())
            await ledger.until_settled(expected[begin : begin + 1])
            running.cancel()
            await asyncio.wait([running])
            shipper.close()

        last = new_shipper()
        await last.drain()
        last.close()

        assert set(ledger.settled) == set(expected)
        assert [ledger.settled[name].number for name in expected] == list(range(1, 1_001))
        assert sum(ledger.deliveries.values()) < 2 * len(expected)

    async def test_a_cancelled_run_leaves_everything_in_order(
        self, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """Also when it is cancelled while a thread of its reads: the same shipper drains the rest."""
        journal = open_journal()
        shipper = new_shipper()
        expected: list[str] = []
        for turn in range(60):
            expected += await write_many(journal, range(10 * turn, 10 * turn + 10))
            running = asyncio.create_task(shipper.run())
            for _ in range(turn % 20):
                await asyncio.sleep(0.0002)
            running.cancel()
            await asyncio.wait([running])

        await shipper.drain()

        assert list(ledger.settled) == expected
        assert [o.number for o in ledger.settled.values()] == list(range(1, len(expected) + 1))
        assert shipper.status().losses == 0
        shipper.close()

    async def test_what_was_delivered_is_not_read_again_from_the_beginning(
        self, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """Though none of it is settled yet."""
        ledger.settling = False
        journal = open_journal()
        await write_many(journal, range(800))
        for _ in range(3):
            shipper = new_shipper()
            await shipper.drain()
            shipper.close()

        assert set(ledger.deliveries.values()) == {1}

    async def test_a_failed_delivery_is_made_again(
        self, open_journal: OpenJournal, shipper: Shipper, ledger: Ledger
    ) -> None:
        """The sink may have taken some of it."""
        ledger.failing = ConnectionError("away")
        journal = open_journal()
        exchanges = await write_many(journal, range(100))
        await until(lambda: bool(shipper.status().last_error))

        ledger.failing = None
        await ledger.until_settled(exchanges)

    async def test_two_shippers_take_turns(
        self, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """The second one waits until the first is gone."""
        journal = open_journal()
        first, second = new_shipper(), new_shipper()
        await first.drain()
        waiting = asyncio.create_task(second.run())
        exchanges = await write_many(journal, range(10))

        first.close()
        await ledger.until_settled(exchanges)

        second.stop()
        await waiting
        second.close()


class TestDamage:
    async def test_a_damaged_record_costs_its_exchange_and_no_other(
        self, root: Path, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """It is counted; the others are numbered without it."""
        journal = open_journal()
        await write(journal, *whole("a"), *whole("bad"), *whole("c"))
        await journal.close()
        path = path_of(root / "boot", 1)
        path.write_bytes(path.read_bytes().replace(b'"ended","bad"', b'"ended","b!d"'))
        ledger.settling = False
        shipper = new_shipper()

        await shipper.drain()

        assert set(ledger.deliveries) == {"a", "bad", "c"}
        assert shipper.status().losses == 1
        shipper.close()

    async def test_a_journal_that_cannot_be_read_does_not_hold_up_the_others(
        self, root: Path, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """It stays, for a person to look at."""
        (root / "broken").mkdir(parents=True)
        path_of(root / "broken", 5).write_bytes(bytes(100))
        await write(open_journal(), *whole("a"))
        shipper = new_shipper()

        await shipper.drain()

        assert set(ledger.settled) == {"a"}
        assert path_of(root / "broken", 5).exists()
        shipper.close()


class TestUnsettled:
    async def test_what_ended_and_is_not_settled_is_spent(
        self, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """What is settled is in the balance already; what is open its worker puts back itself."""
        journal = open_journal()
        await write(journal, *whole("a"), *whole("b"), *whole("c", account=3), opened("open"))
        ledger.settle([outcome(2, exchange="b")])
        shipper = new_shipper()

        assert await spent_entries(shipper) == {Spent(1, "a", 100), Spent(3, "c", 100)}
        shipper.close()

    async def test_what_a_dead_worker_held_is_spent_as_it_will_be_billed(
        self, open_journal: OpenJournal, new_shipper: NewShipper
    ) -> None:
        """Nobody else puts it back."""
        journal = open_journal()
        await write(journal, opened("a"), attempt("a"), progress("a", tokens=7), opened("never asked"))
        await journal.close()
        shipper = new_shipper()

        assert await spent_entries(shipper) == {Spent(1, "a", 17)}
        shipper.close()

    async def test_it_reads_everything_though_all_was_delivered(
        self, open_journal: OpenJournal, new_shipper: NewShipper, ledger: Ledger
    ) -> None:
        """Over all segments, and the delivering goes on afterwards."""
        ledger.settling = False
        journal = open_journal()
        exchanges = await write_many(journal, range(600))
        shipper = new_shipper()
        await shipper.drain()

        entries = await spent_entries(shipper)
        exchanges += await write_many(journal, range(600, 610))
        await shipper.drain()

        assert {entry.exchange_id for entry in entries} == set(exchanges[:600])
        assert set(ledger.deliveries) == set(exchanges)
        shipper.close()


class TestEmbedded:
    async def test_what_can_never_be_settled_goes_to_the_dead_letters(
        self, root: Path, open_journal: OpenJournal, ledger: Ledger
    ) -> None:
        """And holds up nothing."""
        dead: list[tuple[str, str]] = []

        class Box:
            async def put(self, rejected: Sequence[tuple[Outcome, str]]) -> None:
                dead.extend((o.opened.exchange_id, reason) for o, reason in rejected)

        async def settle(outcomes: list[Outcome]) -> None:
            ledger.settle(outcomes)
            raise BadOutcomes([(o, "no such account") for o in outcomes if o.opened.account_id == 9])

        await write(open_journal(), *whole("a"), *whole("bad", account=9))
        shipper = Shipper(root, EmbeddedSink(settle, Box()), ledger, price)

        await shipper.drain()

        assert dead == [("bad", "no such account")]
        shipper.close()
