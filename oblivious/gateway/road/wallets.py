"""Wallets that the store does not know are seeded from the database, and rebuilt when its data was lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

import structlog

from oblivious.billing.ledger import Balance, balances, changed_since
from oblivious.contracts.errors import StateLost
from oblivious.contracts.meters import MeterKind, Need
from oblivious.infra.database import presence
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.sessions import Sessions, reading, writing
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.protocol import Entry, Standing, StateStore

_log = structlog.get_logger(__name__)

_BEAT_S = 0.5
_OUT_OF_REACH: tuple[type[Exception], ...] = (StoreUnreachable, *DATABASE_LOST)
_TRY_AGAIN_MS = 1_000
_TOLD_AT_ONCE = 200


def held_entries(needs: Iterable[Need]) -> list[Entry]:
    """Return what this process holds in the words of the store, to be put back after its data was lost."""
    return [
        Entry(
            need.account_id,
            need.exchange_id,
            Standing.HELD,
            need.amount,
            need.lease_ms,
            tuple((meter.key, meter.cost) for meter in need.meters if meter.kind is MeterKind.GAUGE),
        )
        for need in needs
    ]


class Wallets:
    """Keeps the store's wallets true for one process.

    The store names its data by an epoch. When that changes the data was lost: this process puts back what
    it has in flight, then says so in the database. A `strict` account's wallet is seeded only once every
    live process has said so, since until then somebody may hold money that the store does not know of.
    """

    def __init__(
        self,
        store: StateStore,
        maker: Sessions,
        *,
        boot_id: str,
        node: str,
        held: Callable[[], AsyncIterator[list[Entry]]],
    ) -> None:
        self._store = store
        self._maker = maker
        self._boot_id = boot_id
        self._node = node
        self._held = held
        self._epoch = ""
        self._revision = 0
        self._seeding: dict[int, asyncio.Task[None]] = {}

    async def seed(self, account_id: int, *, strict: bool) -> None:
        """Tell the store what the ledger says of an account; callers of one account share one reading.

        Raises:
            StateLost: the ledger can't be read, or others have yet to put back what they hold.
            StoreUnreachable: the store went away meanwhile.
        """
        task = self._seeding.get(account_id)
        if task is None:
            task = asyncio.ensure_future(self._seed(account_id, strict=strict))
            self._seeding[account_id] = task
            task.add_done_callback(lambda seeded: self._sown(account_id, seeded))
        await asyncio.shield(task)

    async def refresh(self) -> None:
        """Tell the store of credit that came; a wallet it does not know is seeded when it is asked for."""
        async with reading(self._maker) as session:
            revision, changed = await changed_since(session, self._revision)
        news = list(changed.items())
        for start in range(0, len(news), _TOLD_AT_ONCE):
            batch = news[start : start + _TOLD_AT_ONCE]
            await asyncio.gather(*(self._tell(account_id, balance) for account_id, balance in batch))
        self._revision = revision  # not before: what the store did not hear is told again

    async def beat(self) -> None:
        """Announce this process and put back what it holds whenever the store's data was lost; for ever."""
        while True:
            try:
                await self.beat_once()
            except _OUT_OF_REACH as error:
                _log.warning("heartbeat_missed", error=str(error))
            await asyncio.sleep(_BEAT_S)

    async def beat_once(self) -> None:
        """Do one round of `beat`.

        Raises:
            StoreUnreachable, DATABASE_LOST: one of the two is out of reach.
        """
        epoch = await self._store.epoch()
        if epoch != self._epoch:
            if self._epoch:
                _log.warning("state_data_lost", was=self._epoch, now=epoch)
            async for entries in self._held():
                await self._store.reput(entries)
            self._epoch = epoch
        async with writing(self._maker) as session:
            await presence.beat(session, self._boot_id, self._node, epoch)

    async def leave(self) -> None:
        """Take the announcement back, on the way down; without the database it goes by itself in seconds."""
        try:
            async with writing(self._maker) as session:
                await presence.leave(session, self._boot_id)
        except DATABASE_LOST as error:
            _log.warning("announcement_not_taken_back", error=str(error))

    def _sown(self, account_id: int, seeded: asyncio.Task[None]) -> None:
        del self._seeding[account_id]
        if not seeded.cancelled():
            seeded.exception()  # asked for, so that nobody is told of an error whose every waiter has gone

    async def _tell(self, account_id: int, balance: Balance) -> None:
        if await self._store.knows(account_id):
            await self._store.seed(account_id, *balance)

    async def _seed(self, account_id: int, *, strict: bool) -> None:
        try:
            await self.beat_once()
            async with reading(self._maker) as session:
                if strict:
                    self._demand_all_have_reput(await presence.live_gateways(session))
                posted, sequence = (await balances(session, [account_id]))[account_id]
        except DATABASE_LOST as error:
            raise StateLost(
                "the account's balance can't be read now", retry_after_ms=_TRY_AGAIN_MS
            ) from error
        await self._store.seed(account_id, posted, sequence)

    def _demand_all_have_reput(self, gateways: Sequence[presence.Gateway]) -> None:
        behind = [gateway.boot_id for gateway in gateways if gateway.epoch != self._epoch]
        if behind:
            raise StateLost("the meters are being rebuilt", retry_after_ms=_TRY_AGAIN_MS)
