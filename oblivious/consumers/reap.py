"""Clears away what nobody gave back, in small steps, for ever."""

import asyncio
from types import TracebackType

import structlog

from oblivious.billing.reconcile import reconcile
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.presence import forget_silent
from oblivious.infra.database.sessions import Sessions, writing
from oblivious.infra.state.errors import StateStoreError
from oblivious.infra.state.protocol import StateStore

_log = structlog.get_logger(__name__)

_SWEEP_SECONDS = 1.0
_SWEEPS_A_ROUND = 50
_TIDY_SECONDS = 5.0
_OUT_OF_REACH: tuple[type[Exception], ...] = (StateStoreError, *DATABASE_LOST)


async def reap(store: StateStore, every_seconds: float = _SWEEP_SECONDS) -> None:
    """Sweep ended leases and old tombstones out of the store."""
    reach = _Reach("sweeping")
    while True:
        with reach:
            await sweep_round(store)
        await asyncio.sleep(every_seconds)


async def sweep_round(store: StateStore, most: int = _SWEEPS_A_ROUND) -> int:
    """Sweep until nothing is left, but at most so many times; return how much was swept.

    Raises:
        StateStoreError: the store is out of reach.
    """
    total = 0
    for _ in range(most):
        swept = await store.sweep()
        total += swept
        if not swept:
            break
    return total


async def tidy(store: StateStore, maker: Sessions, every_seconds: float = _TIDY_SECONDS) -> None:
    """Mend wallets that missed a settlement, some at a time, and forget gateways that are long gone."""
    after = 0
    reach = _Reach("tidying")
    while True:
        with reach:
            after = await reconcile(maker, store, after)
            async with writing(maker) as session:
                await forget_silent(session)
        await asyncio.sleep(every_seconds)


class _Reach:
    """Lets a round fail if a server is out of reach; says so once, and once when it is back."""

    def __init__(self, chore: str) -> None:
        self._chore = chore
        self._lost = False

    def __enter__(self) -> None:
        """Begin a round."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """End a round; true for an error that the next round may not have."""
        lost = isinstance(error, _OUT_OF_REACH)
        if lost and not self._lost:
            _log.warning("chore_waits", chore=self._chore, error=str(error))
        if self._lost and error is None:
            _log.info("chore_goes_on", chore=self._chore)
        self._lost = lost
        return lost
