"""Turns outcomes into usage rows and ledger postings, each exactly once however often it comes."""

from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from oblivious.billing.ledger import REVENUE, house_account
from oblivious.billing.marks import mark_settled
from oblivious.billing.posting import Unsettleable, place, post_outcomes
from oblivious.billing.untold import Untold
from oblivious.contracts.events import Outcome
from oblivious.infra.bus.protocols import BadOutcomes
from oblivious.infra.database.sessions import Sessions, writing
from oblivious.infra.state.protocol import StateStore

_log = structlog.get_logger(__name__)

_DATA_FAULTS = frozenset({"22", "23"})
"""Classes of SQLSTATE: data exception, integrity constraint violation."""


class Settlement:
    """Settles batches of outcomes.

    Several may run at once, in any number of processes, on the same outcomes.
    """

    def __init__(self, maker: Sessions, store: StateStore) -> None:
        self._maker = maker
        self._untold = Untold(store)
        self._revenue: int | None = None

    @property
    def untold(self) -> Untold:
        """What the state store has still to be told; see there."""
        return self._untold

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Settle all of them in one transaction, then tell the state store, also about repeats.

        A state store that is out of reach does not stop settlement: it is told with the next batch.

        Raises:
            BadOutcomes: some can never be settled, and nothing was written for those; all others are settled.
            SQLAlchemyError, OSError: the database is out of reach; nothing is sure, settle the same again.
        """
        if self._revenue is None:
            self._revenue = await self._open_revenue()
        rejected = await self._settle_or_split(_in_order(outcomes), self._revenue)
        await self._untold.tell()
        if rejected:
            raise BadOutcomes(rejected)

    async def mark(self, outcomes: Sequence[Outcome]) -> None:
        """Count outcomes as done that are safe among the dead letters."""
        async with writing(self._maker) as session:
            await mark_settled(session, outcomes)

    async def _open_revenue(self) -> int:
        async with writing(self._maker) as session:
            return await house_account(session, REVENUE)

    async def _settle_or_split(self, outcomes: Sequence[Outcome], revenue: int) -> list[tuple[Outcome, str]]:
        """Settle what can be; return the others, each with the reason."""
        if not outcomes:
            return []
        try:
            async with writing(self._maker) as session:
                settled = await post_outcomes(session, outcomes, revenue)
        except Unsettleable as error:
            reason = str(error)
        except DBAPIError as error:
            if not _blames_the_data(error):
                raise
            reason = str(error.orig)
        else:
            self._untold.add(settled)
            return []
        if len(outcomes) == 1:
            _log.error("outcome_rejected", exchange_id=outcomes[0].opened.exchange_id, reason=reason)
            return [(outcomes[0], reason)]
        middle = len(outcomes) // 2
        rejected = await self._settle_or_split(outcomes[:middle], revenue)
        return rejected + await self._settle_or_split(outcomes[middle:], revenue)


def _in_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return each exchange once, in the one order in which all settlers take their locks."""
    unique = {place(outcome): outcome for outcome in outcomes}
    return [unique[key] for key in sorted(unique)]


def _blames_the_data(error: DBAPIError) -> bool:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return isinstance(error, IntegrityError | DataError) or state[:2] in _DATA_FAULTS
