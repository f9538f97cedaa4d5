"""One transaction's worth of settlement: postings, entries, balances, usage rows and marks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.billing.bulk import insert_rows
from oblivious.billing.ledger import Balance, entry_rows, house_accounts, lock_accounts, move_balances
from oblivious.billing.marks import mark_settled
from oblivious.billing.tables import USAGE
from oblivious.billing.usage_rows import flaw, usage_row
from oblivious.contracts.events import Outcome
from oblivious.infra.database.types import utc_now
from oblivious.infra.state.protocol import Settled

Place = tuple[str, int]
"""What makes a settlement unique: exchange id and part."""


class Unsettleable(Exception):
    """An outcome breaks a rule of the ledger that the database does not know."""


def place(outcome: Outcome) -> Place:
    """Return what the outcome can be settled once under."""
    return outcome.opened.exchange_id, outcome.part


async def post_outcomes(session: AsyncSession, outcomes: Sequence[Outcome], revenue: int) -> list[Settled]:
    """Write what is not written yet; return what the state store is to be told of all of them.

    What the house owes itself moves no wallet, and no store is told of it.

    The outcomes are sorted by place, and locks are taken in one order: postings, accounts, journals. So
    settlers of the same outcomes wait for each other, but never in a circle.

    Raises:
        Unsettleable: the whole transaction must be rolled back.
    """
    rows = {place(outcome): _sound_row(outcome) for outcome in outcomes}
    postings = await _insert_postings(session, outcomes)
    charged = [outcome for outcome in outcomes if outcome.ended.amount]
    before = await _lock_payers(session, charged)
    new = [outcome for outcome in charged if place(outcome) in postings]
    if postings:
        await insert_rows(session, "usage_rows", [rows[key] for key in rows if key in postings])
    if new:
        await _insert_entries(session, new, postings, revenue)
    moves = _moves(outcome for outcome in new if outcome.opened.account_id in before)
    await move_balances(session, moves)
    await mark_settled(session, outcomes)
    return _settled([outcome for outcome in charged if outcome.opened.account_id in before], before, moves)


def _sound_row(outcome: Outcome) -> dict[str, Any]:
    row = usage_row(outcome)
    if (reason := flaw(row)) is not None:
        raise Unsettleable(reason)
    return row


async def _lock_payers(session: AsyncSession, charged: Sequence[Outcome]) -> dict[int, Balance]:
    """Return the balances of the users among those who pay; the house's own accounts keep none."""
    payers = {outcome.opened.account_id for outcome in charged}
    before = await lock_accounts(session, payers) if payers else {}
    missing = payers - before.keys()
    if missing and (missing := missing - await house_accounts(session, missing)):
        raise Unsettleable(f"there is no account {min(missing)}")
    return before


async def _insert_entries(
    session: AsyncSession, outcomes: Iterable[Outcome], postings: Mapping[Place, int], revenue: int
) -> None:
    rows = [
        entry
        for outcome in outcomes
        for entry in entry_rows(
            postings[place(outcome)], outcome.opened.account_id, revenue, -outcome.ended.amount
        )
    ]
    await insert_rows(session, "entries", rows)


async def _insert_postings(session: AsyncSession, outcomes: Sequence[Outcome]) -> dict[Place, int]:
    """Return the numbers of the postings that were not there before."""
    now = utc_now()
    rows = [
        {"exchange_id": exchange_id, "part": part, "kind": USAGE, "note": "", "created_at": now}
        for exchange_id, part in map(place, outcomes)
    ]
    inserted = await insert_rows(
        session, "postings", rows, unless_there=True, returning=("id", "exchange_id", "part")
    )
    return {(exchange_id, part): number for number, exchange_id, part in inserted}


def _moves(outcomes: Iterable[Outcome]) -> dict[int, tuple[int, int]]:
    """Return what the outcomes take from each account, and how many postings that is."""
    moves: dict[int, tuple[int, int]] = {}
    for outcome in outcomes:
        nano, postings = moves.get(outcome.opened.account_id, (0, 0))
        moves[outcome.opened.account_id] = nano - outcome.ended.amount, postings + 1
    return moves


def _settled(
    charged: Iterable[Outcome], before: dict[int, Balance], moves: dict[int, tuple[int, int]]
) -> list[Settled]:
    exchanges: dict[int, list[str]] = {}
    for outcome in charged:
        exchanges.setdefault(outcome.opened.account_id, []).append(outcome.opened.exchange_id)
    settled: list[Settled] = []
    for account_id, exchange_ids in exchanges.items():
        (balance, sequence), (nano, postings) = before[account_id], moves.get(account_id, (0, 0))
        settled.append(Settled(account_id, exchange_ids, balance + nano, sequence + postings))
    return settled
