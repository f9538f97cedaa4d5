"""The state store of a single process: the pure account, a clock, nothing to wait for."""

import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence

from oblivious.contracts.ids import new_id
from oblivious.contracts.meters import Need, Taken
from oblivious.infra.state.account import Account
from oblivious.infra.state.protocol import Entry, Settled, Standing, WalletView
from oblivious.infra.state.values import Shelves
from oblivious.infra.state.wallet import SWEPT_ENTRIES

_MAX_VALUE_BYTES = 64 * 1024 * 1024
"""On each shelf."""

_SWEPT_ACCOUNTS = 1_000
_NAMED_AT_ONCE = 500


def monotonic_ms() -> int:
    """Return milliseconds of a clock that nobody sets."""
    return time.monotonic_ns() // 1_000_000


class MemoryStateStore:
    """A `StateStore` that lives and dies with its process, and is never out of reach."""

    lost_ends = 0

    def __init__(
        self, *, now: Callable[[], int] = monotonic_ms, max_value_bytes: int = _MAX_VALUE_BYTES
    ) -> None:
        self._now = now
        self._epoch = new_id()
        self._accounts: defaultdict[int, Account] = defaultdict(Account)
        self._values = Shelves(max_value_bytes)
        self._sweep_next: deque[int] = deque()

    async def take(self, need: Need) -> Taken:
        """See `StateStore.take`."""
        return self._accounts[need.account_id].take(need, self._now())

    def finish(self, need: Need, spent: int, corrections: tuple[int, ...]) -> None:
        """See `StateStore.finish`."""
        self._accounts[need.account_id].finish(need, spent, corrections, self._now())

    async def renew(self, holds: Sequence[tuple[int, str]], lease_ms: int) -> None:
        """See `StateStore.renew`."""
        until = self._now() + lease_ms
        for account_id, exchange in holds:
            self._accounts[account_id].wallet.renew(exchange, until)

    async def seed(self, account_id: int, posted: int, sequence: int) -> None:
        """See `StateStore.seed`."""
        self._accounts[account_id].wallet.seed(posted, sequence)

    async def settle(self, settled: Sequence[Settled]) -> None:
        """See `StateStore.settle`."""
        now = self._now()
        for news in settled:
            wallet = self._accounts[news.account_id].wallet
            wallet.release(now, released_by_settle(len(news.exchange_ids)))
            wallet.hear(news.posted, news.sequence)
            for exchange in news.exchange_ids:
                wallet.settle(exchange, now)

    async def reput(self, entries: Sequence[Entry]) -> None:
        """See `StateStore.reput`."""
        now = self._now()
        for entry in entries:
            wallet = self._accounts[entry.account_id].wallet
            if entry.standing is Standing.HELD:
                wallet.reput_held(entry.exchange_id, entry.amount, entry.gauges, now + entry.lease_ms)
            else:
                wallet.reput_spent(entry.exchange_id, entry.amount)

    async def knows(self, account_id: int) -> bool:
        """See `StateStore.knows`."""
        account = self._accounts.get(account_id)
        return account is not None and account.wallet.posted is not None

    async def wallet(self, account_id: int) -> WalletView | None:
        """See `StateStore.wallet`."""
        account = self._accounts.get(account_id)
        return None if account is None or account.wallet.blank else account.wallet.view()

    async def unsettled(self, account_id: int) -> AsyncIterator[Sequence[str]]:
        """See `StateStore.unsettled`."""
        account = self._accounts.get(account_id)
        exchanges = [] if account is None else account.wallet.counted()
        for start in range(0, len(exchanges), _NAMED_AT_ONCE):
            yield exchanges[start : start + _NAMED_AT_ONCE]

    async def epoch(self) -> str:
        """See `StateStore.epoch`."""
        return self._epoch

    async def get(self, key: str) -> bytes | None:
        """See `StateStore.get`."""
        return self._values.get(key, self._now())

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """See `StateStore.get_many`."""
        now = self._now()
        return [self._values.get(key, now) for key in keys]

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """See `StateStore.put`."""
        self._values.put(key, value, self._now() + ttl_ms)

    async def forget(self, *keys: str) -> None:
        """See `StateStore.forget`."""
        for key in keys:
            self._values.forget(key)

    async def sweep(self) -> int:
        """See `StateStore.sweep`; a call looks at up to 1,000 accounts, the next call at the next ones."""
        if not self._sweep_next:
            self._sweep_next.extend(self._accounts)
        swept = 0
        for _ in range(min(_SWEPT_ACCOUNTS, len(self._sweep_next))):
            if swept >= SWEPT_ENTRIES:
                break
            swept += self._sweep_account(self._sweep_next.popleft(), SWEPT_ENTRIES - swept)
        return swept

    async def close(self) -> None:
        """Let go of nothing: there is only memory."""

    def _sweep_account(self, account_id: int, most: int) -> int:
        account, now = self._accounts[account_id], self._now()
        released = account.wallet.release(now, most)
        account.drop_idle_windows(now)
        if account.blank:
            del self._accounts[account_id]
        return released


def released_by_settle(exchanges: int) -> int:
    """Return how many due entries a settlement clears away: more than it makes."""
    return 2 * exchanges + 16
