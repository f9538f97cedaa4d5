"""The truth about every balance: double entry, only ever added to, each posting sums to zero."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.billing.bulk import insert_rows, one_of
from oblivious.billing.tables import CREDIT, HOUSE, USER, Account
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.contracts.money import MAX_STORE_AMOUNT
from oblivious.infra.database.revisions import Topic, bump, read_revisions
from oblivious.infra.database.types import utc_now

REVENUE = "house:revenue"
"""Where what exchanges cost goes to."""

FUNDING = "house:funding"
"""Where credit comes from."""

TESTS = "house:tests"
"""Who pays for what the house asks its own channels to see whether they work."""

_accounts = Account.metadata.tables["accounts"].c
_BALANCE = (_accounts.id, _accounts.balance_nano_usd, _accounts.sequence)

_MOVE = text(
    "UPDATE accounts SET balance_nano_usd = balance_nano_usd + :nano, sequence = sequence + :postings "
    "WHERE id = :account_id"
)

Balance = tuple[int, int]
"""A balance in nano-USD and its sequence number; of two, the one with the higher number is newer."""


async def create_account(
    session: AsyncSession,
    *,
    name: str,
    unlimited: bool = False,
    overdraft_nano_usd: int = 0,
    rpm: int = 0,
    tpm: int = 0,
    concurrency: int = 0,
) -> int:
    """Open an empty account and return its number.

    Raises:
        AlreadyThere: an account has that name.
    """
    row = {
        "kind": USER,
        "name": name,
        "unlimited": unlimited,
        "overdraft_nano_usd": overdraft_nano_usd,
        "rpm": rpm,
        "tpm": tpm,
        "concurrency": concurrency,
    }
    number = await _open(session, row)
    if number is None:
        raise AlreadyThere("name", f"there is an account named {name!r}")
    return number


async def house_account(session: AsyncSession, name: str) -> int:
    """Return the number of one of the house's own accounts, which is opened when first asked for."""
    while (number := await _house_number(session, name)) is None:
        await _open(session, {"kind": HOUSE, "name": name, "unlimited": True})
    return number


async def house_accounts(session: AsyncSession, account_ids: Iterable[int]) -> set[int]:
    """Return those of these accounts that are the house's own; they have no wallet."""
    statement = select(_accounts.id).where(
        one_of(session, _accounts.id, [*account_ids]), _accounts.kind == HOUSE
    )
    return set((await session.execute(statement)).scalars())


async def credit(session: AsyncSession, account_id: int, nano: int, note: str) -> Balance:
    """Add credit to an account, or take it back with a negative amount; return the new balance.

    Running gateways learn of it: the account's `revision` moves with the `accounts` topic.

    Raises:
        NoSuch: no user account has that number.
        ChangeRefused: the amount is zero, or the balance would be beyond what a state store can count.
    """
    if nano == 0:
        raise ChangeRefused("usd", "must not be zero")
    funding = await house_account(session, FUNDING)
    held = await lock_accounts(session, [account_id])
    if account_id not in held:
        raise NoSuch("account", f"there is no account {account_id}")
    balance, sequence = held[account_id]
    if abs(balance + nano) > MAX_STORE_AMOUNT:
        raise ChangeRefused(
            "usd", f"the balance may be at most {MAX_STORE_AMOUNT} nano-USD, above or below zero"
        )
    posting = {"kind": CREDIT, "note": note, "part": 0, "created_at": utc_now()}
    posted = await insert_rows(session, "postings", [posting], returning=("id",))
    posting_id: int = posted.scalar_one()
    await insert_rows(session, "entries", entry_rows(posting_id, account_id, funding, nano))
    await move_balances(session, {account_id: (nano, 1)})
    await _announce(session, account_id)
    return balance + nano, sequence + 1


async def set_limits(session: AsyncSession, account_id: int, **limits: int | None) -> None:
    """Set what is given of `rpm`, `tpm`, `concurrency` (0: none) and `overdraft_nano_usd` of an account.

    Raises:
        NoSuch: no user account has that number.
        ChangeRefused: a limit is below zero, or beyond counting.
    """
    given = {name: value for name, value in limits.items() if value is not None}
    for name, value in given.items():
        if not 0 <= value <= MAX_STORE_AMOUNT:
            raise ChangeRefused(name, f"lies between 0 and {MAX_STORE_AMOUNT}, not {value}")
    if account_id not in await lock_accounts(session, [account_id]):
        raise NoSuch("account", f"there is no account {account_id}")
    if given:
        await session.execute(update(Account).where(_accounts.id == account_id).values(**given))
    await bump(session, Topic.ACCOUNTS)


def entry_rows(posting_id: int, account_id: int, house_id: int, nano: int) -> list[dict[str, int]]:
    """Return the two sides of a posting that adds `nano` to a user's account."""
    return [
        {"posting_id": posting_id, "account_id": account_id, "amount_nano_usd": nano},
        {"posting_id": posting_id, "account_id": house_id, "amount_nano_usd": -nano},
    ]


async def lock_accounts(session: AsyncSession, account_ids: Iterable[int]) -> dict[int, Balance]:
    """Keep others from moving these user accounts until the end of the transaction; return their balances.

    Those that don't exist are left out. Accounts are locked by rising number, by everybody.
    """
    statement = (
        select(*_BALANCE)
        .where(one_of(session, _accounts.id, [*account_ids]), _accounts.kind == USER)
        .order_by(_accounts.id)
        .with_for_update()
    )
    return _balances(await session.execute(statement))


async def move_balances(session: AsyncSession, moves: Mapping[int, tuple[int, int]]) -> None:
    """Add an amount (nano-USD) and a number of postings to each account; they are locked already."""
    if moves:
        await session.execute(
            _MOVE,
            [
                {"account_id": account_id, "nano": nano, "postings": postings}
                for account_id, (nano, postings) in sorted(moves.items())
            ],
        )


async def balances(session: AsyncSession, account_ids: Sequence[int]) -> dict[int, Balance]:
    """Return balance and sequence of those user accounts that exist."""
    statement = select(*_BALANCE).where(one_of(session, _accounts.id, account_ids), _accounts.kind == USER)
    return _balances(await session.execute(statement))


async def changed_since(session: AsyncSession, revision: int) -> tuple[int, dict[int, Balance]]:
    """Return the accounts that got credit after an `accounts` revision, and the revision to ask from next."""
    statement = select(_accounts.revision, *_BALANCE).where(_accounts.revision > revision)
    rows = list(await session.execute(statement))
    newest = max((row[0] for row in rows), default=revision)
    return newest, _balances(row[1:] for row in rows)


def _balances(rows: Iterable[tuple[Any, ...]]) -> dict[int, Balance]:
    return {number: (balance, sequence) for number, balance, sequence in rows}


async def _announce(session: AsyncSession, account_id: int) -> None:
    # Whoever else bumps the topic waits for this commit, so revisions reach readers in rising order.
    await bump(session, Topic.ACCOUNTS)
    number = (await read_revisions(session))[Topic.ACCOUNTS]
    await session.execute(update(Account).where(_accounts.id == account_id).values(revision=number))


async def _open(session: AsyncSession, row: Mapping[str, Any]) -> int | None:
    """Insert an account and return its number; None if the name is taken."""
    nothing = dict.fromkeys(
        ("overdraft_nano_usd", "rpm", "tpm", "concurrency", "balance_nano_usd", "sequence", "revision"), 0
    )
    rows = [{**nothing, **row, "created_at": utc_now()}]
    opened = await insert_rows(session, "accounts", rows, unless_there=True, returning=("id",))
    number: int | None = opened.scalar_one_or_none()
    return number


async def _house_number(session: AsyncSession, name: str) -> int | None:
    found = await session.execute(select(_accounts.id).where(_accounts.name == name))
    number: int | None = found.scalar_one_or_none()
    return number
