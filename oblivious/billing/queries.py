"""What people ask about usage and accounts; rows as plain dicts."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.billing.tables import Account
from oblivious.contracts.changes import NoSuch
from oblivious.infra.database.table import metadata
from oblivious.infra.database.types import UtcDateTime

_USAGE = metadata.tables["usage_rows"].c
_SHOWN_FIRST = (
    "exchange_id",
    "attempt_ids",
    "status",
    "model",
    "input_tokens",
    "output_tokens",
    "amount_nano_usd",
    "estimated",
)
_COLUMNS = (
    *(_USAGE[name] for name in _SHOWN_FIRST),
    *(column for column in _USAGE if column.name not in {*_SHOWN_FIRST, "id"}),
)

_SUMS = text(
    "SELECT p.kind, SUM(e.amount_nano_usd) FROM entries e JOIN postings p ON p.id = e.posting_id "
    "WHERE e.account_id = :account_id GROUP BY p.kind"
)

_ENTRIES = text(
    "SELECT p.id AS posting_id, p.kind, p.exchange_id, p.note, e.amount_nano_usd, p.created_at "
    "FROM entries e JOIN postings p ON p.id = e.posting_id "
    "WHERE e.account_id = :account_id ORDER BY e.posting_id DESC LIMIT :limit"
).columns(created_at=UtcDateTime)


async def list_usage(
    session: AsyncSession,
    *,
    limit: int = 100,
    user_id: int | None = None,
    key_id: int | None = None,
    model: str | None = None,
    status: str | None = None,
) -> list[dict[str, Any]]:
    """Return usage rows, the newest settlement first, as far as they match every filter that is given."""
    statement = select(*_COLUMNS).order_by(_USAGE.id.desc()).limit(limit)
    filters = {"user_id": user_id, "key_id": key_id, "model": model, "status": status}
    for name, value in filters.items():
        if value is not None:
            statement = statement.where(_USAGE[name] == value)
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def show_account(session: AsyncSession, account_id: int) -> dict[str, Any]:
    """Return an account with its balance, and what it was credited and has used in all (nano-USD).

    Raises:
        NoSuch: there is no such account.
    """
    account = await session.get(Account, account_id)
    if account is None:
        raise NoSuch("account", f"there is no account {account_id}")
    sums = await _sums(session, account_id)
    return {
        "account_id": account.id,
        "name": account.name,
        "balance_nano_usd": account.balance_nano_usd,
        "credited_nano_usd": sums.get("credit", 0),
        "used_nano_usd": -sums.get("usage", 0),
        "unlimited": account.unlimited,
        "overdraft_nano_usd": account.overdraft_nano_usd,
        "rpm": account.rpm,
        "tpm": account.tpm,
        "concurrency": account.concurrency,
        "sequence": account.sequence,
        "created_at": account.created_at,
    }


async def list_entries(session: AsyncSession, account_id: int, *, limit: int = 100) -> list[dict[str, Any]]:
    """Return what moved an account's balance, the newest first."""
    rows = await session.execute(_ENTRIES, {"account_id": account_id, "limit": limit})
    return [dict(row) for row in rows.mappings()]


async def _sums(session: AsyncSession, account_id: int) -> dict[str, int]:
    """Return what each kind of posting came to."""
    rows = await session.execute(_SUMS, {"account_id": account_id})
    # PostgreSQL sums 64-bit integers into a decimal.
    return {kind: int(total) for kind, total in rows}
