"""Carries the outcomes of all journals below one folder to where they are settled."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import structlog

from oblivious.infra.bus.backoff import Backoff, pause
from oblivious.infra.bus.checkpoint import CheckpointLost
from oblivious.infra.bus.follower import GONE, Follower
from oblivious.infra.bus.liveness import Claim
from oblivious.infra.bus.marks import Mark, covers
from oblivious.infra.bus.protocols import Marks, Price, Sink
from oblivious.infra.bus.reserve import Reserve
from oblivious.infra.bus.threads import off_loop

_log = structlog.get_logger(__name__)

_WORTH_A_ROUND = 100
"""Outcomes that need not wait for company: a round costs as much for one of them as for a hundred."""


class Spent(msgspec.Struct, frozen=True, gc=False):
    """What an ended exchange costs (nano-USD) that is not settled yet."""

    account_id: int
    exchange_id: str
    amount: int


class ShipperStatus(msgspec.Struct, frozen=True):
    """What metrics show of a shipper.

    Attributes:
        journals: all that are followed; `dead` of them have no worker any more.
        waiting: outcomes that were read and are not settled yet.
        journal_bytes: what all journals take on disk.
        losses: places where journals are damaged, since this shipper began.
        lag_seconds: the age of the oldest outcome that is not delivered; 0 if all are.
        last_error: what went wrong within the last moments; empty if all went well.
    """

    journals: int
    dead: int
    waiting: int
    journal_bytes: int
    losses: int
    lag_seconds: float
    last_error: str


class Shipper:
    """Follows the journals of live workers, adopts those of dead ones, and removes what is settled.

    Nothing is remembered as delivered before `sink` has returned, and nothing is removed before `marks` say
    that it is settled: whenever this process dies, the next one delivers the rest, some of it twice.
    """

    def __init__(
        self, root: Path, sink: Sink, marks: Marks, price: Price, *, poll_ms: int = 50, tidy_ms: int = 1000
    ) -> None:
        self._root = root
        self._sink = sink
        self._marks = marks
        self._price = price
        self._poll_seconds = poll_ms / 1000
        self._tidy_seconds = tidy_ms / 1000
        self._tidied = 0.0
        self._followers: dict[str, Follower] = {}
        self._unreadable: set[str] = set()
        self._reserve = Reserve(root / ".reserve")
        self._claim: Claim | None = None
        self._lock = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._last_error = ""
        self._failed_lately = False
        self._journal_bytes = 0
        self._delivered = 0

    async def run(self) -> None:
        """Ship until `stop`; whatever fails is tried again, with growing pauses."""
        backoff = Backoff()
        async with self._lock:
            await self._own_root()
        while not self._stopping.is_set():
            try:
                behind = await self._round()
            except Exception as error:  # noqa: BLE001 - whatever a sink raises, the journals keep it all
                self._note(error, "not_delivered")
                await pause(self._stopping, backoff.next_seconds())
                continue
            backoff.reset()
            if not behind or self._delivered < _WORTH_A_ROUND:
                await pause(self._stopping, self._poll_seconds)

    def stop(self) -> None:
        """Let `run` return after what it is doing."""
        self._stopping.set()

    async def drain(self) -> None:
        """Deliver everything that dead journals hold and that was appended to live ones so far.

        Raises:
            Exception: whatever the sink or the marks ran into.
        """
        async with self._lock:
            await self._own_root()
            behind = await self._forward_all()
            while behind:
                behind &= await self._forward_all()
            await self._tidy()

    async def unsettled(self) -> AsyncIterator[list[Spent]]:
        """Yield what must be put back when the state store has lost its data; deliveries wait meanwhile.

        That is what ended, or was interrupted with its worker's death, and is not settled. What live workers
        hold they put back themselves.

        Raises:
            Exception: whatever `marks` ran into.
        """
        async with self._lock:
            await self._own_root()
            await off_loop(self._discover)
            marks = await self._marks.read(list(self._followers))
            for journal, follower in self._followers.items():
                async for spent in _spent(follower, marks.get(journal, Mark())):
                    yield spent

    def status(self) -> ShipperStatus:
        """Return what metrics show; it costs next to nothing."""
        followers = self._followers.values()
        oldest = [f.pending[0].ended.at_ms for f in followers if f.pending]
        return ShipperStatus(
            journals=len(followers),
            dead=sum(f.is_dead for f in followers),
            waiting=sum(f.waiting for f in followers),
            journal_bytes=self._journal_bytes,
            losses=sum(f.losses for f in followers),
            lag_seconds=max(0.0, time.time() - min(oldest) / 1000) if oldest else 0.0,
            last_error=self._last_error,
        )

    def close(self) -> None:
        """Let go of every journal; another shipper may go on."""
        for follower in self._followers.values():
            follower.release()
        self._followers.clear()
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    async def _own_root(self) -> None:
        """Wait until no other shipper serves this folder."""
        while self._claim is None:
            await off_loop(self._claim_root)
            if self._claim is None:
                _log.warning("another_shipper_serves", root=str(self._root))
                await asyncio.sleep(1)

    def _claim_root(self) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        self._claim = Claim.take(self._root)
        if self._claim is not None:
            self._reserve.take()
            for gone in self._root.glob(f"{GONE}*"):
                shutil.rmtree(gone)

    async def _round(self) -> set[str]:
        async with self._lock:
            if time.monotonic() - self._tidied >= self._tidy_seconds:
                await self._tidy_safely()
            return await self._forward_all()

    async def _forward_all(self) -> set[str]:
        """Deliver the next outcomes of each journal; return those that have more right now."""
        await off_loop(self._discover)
        self._delivered = 0
        followers = list(self._followers.values())
        return {follower.journal for follower in followers if await self._forward(follower)}

    async def _forward(self, follower: Follower) -> bool:
        try:
            outcomes = await off_loop(follower.read)
        except OSError as error:
            self._note(error, "journal_not_read")
            return False
        if outcomes:
            await self._sink.deliver(outcomes)
            await off_loop(follower.confirm)
            self._delivered += len(outcomes)
        return follower.is_behind

    def _discover(self) -> None:
        for folder in self._root.iterdir():
            if folder.is_dir() and not folder.name.startswith("."):
                self._follow(folder)
        for follower in list(self._followers.values()):
            self._adopt(follower)

    def _adopt(self, follower: Follower) -> None:
        try:
            follower.adopt_if_dead()
        except FileNotFoundError as error:
            self._note(error, "journal_taken_away")
            del self._followers[follower.journal]

    def _follow(self, folder: Path) -> None:
        if folder.name in self._followers:
            return
        try:
            self._followers[folder.name] = Follower(folder, self._price, self._reserve)
            self._unreadable.discard(folder.name)
        except (CheckpointLost, OSError) as error:
            if folder.name not in self._unreadable:
                self._note(error, "journal_not_followed")
            self._unreadable.add(folder.name)

    async def _tidy_safely(self) -> None:
        if not self._failed_lately:
            self._last_error = ""
        self._failed_lately = False
        try:
            await self._tidy()
        except Exception as error:  # noqa: BLE001 - whatever marks raise: journals stay longer, no more
            self._note(error, "marks_not_read")
        self._tidied = time.monotonic()

    async def _tidy(self) -> None:
        """Ask how far settlement is, and remove what is settled."""
        await self._ask_marks()
        for follower in list(self._followers.values()):
            await off_loop(follower.remove_needless)
            if follower.is_finished:
                del self._followers[follower.journal]
                await off_loop(follower.remove)
        self._journal_bytes = await off_loop(self._measure)

    async def _ask_marks(self) -> None:
        waiting = [follower.journal for follower in self._followers.values() if follower.waiting]
        if waiting:
            for journal, mark in (await self._marks.read(waiting)).items():
                self._followers[journal].settled_to = mark.settled_to

    def _measure(self) -> int:
        return sum(follower.bytes_on_disk for follower in self._followers.values())

    def _note(self, error: Exception, event: str) -> None:
        self._failed_lately = True
        self._last_error = f"{type(error).__name__}: {error}"
        _log.warning(event, error=self._last_error)


async def _spent(follower: Follower, mark: Mark) -> AsyncIterator[list[Spent]]:
    batches = follower.reread()
    while (outcomes := await off_loop(lambda: next(batches, None))) is not None:
        spent = [
            Spent(outcome.opened.account_id, outcome.opened.exchange_id, outcome.ended.amount)
            for outcome in outcomes
            if outcome.ended.amount and not covers(mark, outcome.number)
        ]
        if spent:
            yield spent
