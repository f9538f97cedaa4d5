"""What the ledger has posted and the state store has yet to hear."""

from collections.abc import Iterable

import structlog

from oblivious.infra.state.errors import StateStoreError
from oblivious.infra.state.protocol import Settled, StateStore

_log = structlog.get_logger(__name__)

_MOST_IDS = 100_000


class Untold:
    """Settlements that wait for the state store, one entry an account.

    They are kept in memory only: what is lost with the process, or beyond the bound, the reaper finds again
    by comparing the wallets with the ledger.

    Attributes:
        failures: how often the store could not be told.
    """

    def __init__(self, store: StateStore) -> None:
        self.failures = 0
        self._store = store
        self._waiting: dict[int, Settled] = {}
        self._ids = 0
        self._behind = False

    def __len__(self) -> int:
        return self._ids

    def add(self, settled: Iterable[Settled]) -> None:
        """Have the store told with the next `tell`."""
        for new in settled:
            known = self._waiting.get(new.account_id)
            self._waiting[new.account_id] = new if known is None else _joined(known, new)
            self._ids += len(new.exchange_ids)

    async def tell(self) -> bool:
        """Tell the store all that waits; return False, and keep it, if the store is out of reach."""
        if not self._waiting:
            return True
        telling, self._waiting, self._ids = self._waiting, {}, 0
        try:
            await self._store.settle(list(telling.values()))
        except StateStoreError as error:
            self.add(telling.values())
            self._failed(error)
            return False
        except BaseException:
            self.add(telling.values())
            raise
        if self._behind:
            _log.info("store_told_again", exchanges=sum(len(told.exchange_ids) for told in telling.values()))
        self._behind = False
        return True

    def _failed(self, error: StateStoreError) -> None:
        self.failures += 1
        if not self._behind:
            _log.warning("store_not_told", exchanges=self._ids, error=str(error))
        self._behind = True
        if self._ids > _MOST_IDS:
            _log.warning("store_never_told", exchanges=self._ids)
            self._waiting.clear()
            self._ids = 0


def _joined(one: Settled, other: Settled) -> Settled:
    newer = max(one, other, key=lambda settled: settled.sequence)
    return Settled(newer.account_id, [*one.exchange_ids, *other.exchange_ids], newer.posted, newer.sequence)
