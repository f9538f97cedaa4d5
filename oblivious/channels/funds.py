"""What accounts at providers can still spend, as they told it last, and when an operator should know."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.inquiries.inquiry import Balance
from oblivious.channels.tables import ChannelKey, Notice

_LOW = Decimal(1)
"""One unit of the account's currency: below it there is little left."""

_KINDS = ("", "balance_low", "balance_gone")
"""The kind of a notice, by how bad things are."""


async def keep_balance(
    session: AsyncSession, key: ChannelKey, name: str, balance: Balance, at: datetime
) -> None:
    """Remember what a key's account can spend, and tell the operator once when it has become little.

    `name` is the channel's.
    """
    told = {"amount": str(balance.amount), "currency": balance.currency, "at": at.isoformat()}
    kind = fallen(amount_of(key.balance), balance.amount)
    await session.execute(update(ChannelKey).where(col(ChannelKey.id) == key.id).values(balance=told))
    if kind:
        left = f"{balance.amount.normalize():f} {balance.currency}".strip()
        message = f"the account of the key {key.hint} of the channel {name} has {left} left"
        session.add(Notice(kind=kind, subject=f"k{key.id}", message=message))


def amount_of(told: dict[str, Any] | None) -> Decimal | None:
    """Return the amount of a balance as it is stored; None where there is none."""
    return None if told is None else Decimal(told["amount"])


def fallen(before: Decimal | None, now: Decimal) -> str:
    """Return the kind of the notice that a balance is worth which was another one before; empty: none."""
    worse = before is None or _badness(now) > _badness(before)
    return _KINDS[_badness(now)] if worse else ""


def _badness(amount: Decimal) -> int:
    return int(amount < _LOW) + int(amount <= 0)
