"""Prices that an operator has set: they win over the price data."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.billing.tables import Price
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.contracts.money import RateCard, Rates
from oblivious.infra.database.revisions import Topic, bump
from oblivious.infra.database.types import utc_now

_PER_MILLION = 6
_MOST_DOLLARS = Decimal(1_000_000)
_MOST_DIGITS = 9


async def set_price(
    session: AsyncSession,
    model: str,
    input_per_million: Decimal,
    output_per_million: Decimal,
    *,
    cache_read_per_million: Decimal | None = None,
    cache_write_per_million: Decimal | None = None,
    reasoning_per_million: Decimal | None = None,
) -> Price:
    """Set what a public model name costs, in US dollars per million tokens; running gateways follow.

    Exchanges that were admitted before keep the price they were admitted at.

    Raises:
        ChangeRefused: the name is empty, or a price is below zero, not finite or absurdly large or fine.
    """
    if not model.strip():
        raise ChangeRefused("model", "must not be empty")
    rates = Rates(
        input=per_token("input", input_per_million),
        output=per_token("output", output_per_million),
        cache_read=_per_token_if_set("cache_read", cache_read_per_million),
        cache_write=_per_token_if_set("cache_write", cache_write_per_million),
        cache_write_1h=_per_token_if_set("cache_write", cache_write_per_million),
        reasoning=_per_token_if_set("reasoning", reasoning_per_million),
    )
    price = await session.merge(
        Price(
            model=model,
            rates=msgspec.to_builtins(rates),
            source=f"price set {utc_now():%Y-%m-%d}",
            created_at=utc_now(),
        )
    )
    await session.flush()
    await bump(session, Topic.PRICES)
    return price


async def remove_price(session: AsyncSession, model: str) -> None:
    """Let the price data speak for a model again.

    Raises:
        NoSuch: no price was set for it.
    """
    removed = await session.execute(
        delete(Price).where(col(Price.model) == model).returning(col(Price.model))
    )
    if removed.scalar_one_or_none() is None:
        raise NoSuch("model", f"no price is set for {model!r}")
    await bump(session, Topic.PRICES)


async def read_overrides(session: AsyncSession) -> Mapping[str, RateCard]:
    """Return the rate card of every model whose price was set."""
    prices = (await session.execute(select(Price).order_by(col(Price.model)))).scalars()
    return {
        price.model: RateCard(msgspec.convert(price.rates, Rates), source=price.source) for price in prices
    }


def per_token(field: str, per_million: Decimal) -> Decimal:
    """Return US dollars per token.

    Raises:
        ChangeRefused: a price is below zero, not finite or absurdly large or fine.
    """
    if not per_million.is_finite() or not 0 <= per_million <= _MOST_DOLLARS:
        raise ChangeRefused(field, f"must be from 0 to {_MOST_DOLLARS} US dollars per million tokens")
    if round(per_million, _MOST_DIGITS) != per_million:
        raise ChangeRefused(field, f"may have at most {_MOST_DIGITS} digits after the point")
    return per_million.scaleb(-_PER_MILLION)


def _per_token_if_set(field: str, per_million: Decimal | None) -> Decimal | None:
    return None if per_million is None else per_token(field, per_million)
