"""`oblivious account`, `oblivious price` and `oblivious usage`."""

from decimal import Decimal, InvalidOperation
from typing import Any

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.declared.forms import Form, price_form
from oblivious.app.output import Row
from oblivious.billing.ledger import credit, lock_accounts, set_limits
from oblivious.billing.overrides import read_overrides, remove_price, set_price
from oblivious.billing.queries import list_usage, show_account
from oblivious.billing.tables import Price
from oblivious.contracts.money import RateCard, Rates, to_nano
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.identity.users import get_user
from oblivious.infra.database.sessions import reading, writing


class Dollars(click.ParamType[Decimal]):
    """A decimal number of US dollars."""

    name = "dollars"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read the number; exact, never through a float."""
        try:
            return Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not a number of dollars", param, ctx)


DOLLARS = Dollars()
_MILLION = 1_000_000

_ACCOUNT, _PRICE = "account", "price"
"""How the audit calls them."""

_LIMITS = ("overdraft_nano_usd", "rpm", "tpm", "concurrency")


@click.group()
def account() -> None:
    """Wallets."""


@account.command("credit")
@click.option("--email", required=True)
@click.option("--usd", type=DOLLARS, required=True, help="US dollars; below zero takes away.")
@click.option("--note", default="", help="Why; kept with the ledger's line.")
@answering()
async def account_credit(base: Base, email: str, usd: Decimal, note: str) -> Row:
    """Put money into a user's account."""
    async with writing(base.maker) as session:
        owner = await get_user(session, email)
        nano = to_nano(usd)
        balance, _ = await credit(session, owner.account_id, nano, note)
        before, after = ({"balance_nano_usd": one} for one in (balance - nano, balance))
        said = {**after, "note": note}
        await note_change(session, COMMAND_LINE, "credit", _ACCOUNT, owner.email, before=before, after=said)
        return await show_account(session, owner.account_id)


@account.command("limit")
@click.option("--email", required=True)
@click.option("--rpm", type=int, default=None, help="Requests a minute, all keys together; 0: no limit.")
@click.option("--tpm", type=int, default=None, help="Tokens a minute, all keys together; 0: no limit.")
@click.option("--concurrency", type=int, default=None, help="Exchanges in flight; 0: no limit.")
@click.option("--overdraft-usd", type=DOLLARS, default=None, help="How far below zero a fair group may go.")
@answering()
async def account_limit(base: Base, email: str, overdraft_usd: Decimal | None, **limits: int | None) -> Row:
    """Set what is given of an account's limits; running gateways follow within a second."""
    overdraft = None if overdraft_usd is None else to_nano(overdraft_usd)
    async with writing(base.maker) as session:
        owner = await get_user(session, email)
        await lock_accounts(session, [owner.account_id])
        before = await show_account(session, owner.account_id)
        await set_limits(session, owner.account_id, overdraft_nano_usd=overdraft, **limits)
        after = await show_account(session, owner.account_id)
        was, became = ({name: shown[name] for name in _LIMITS} for shown in (before, after))
        await note_change(session, COMMAND_LINE, "edit", _ACCOUNT, owner.email, before=was, after=became)
    return after


@account.command("show")
@click.option("--email", required=True)
@answering()
async def account_show(base: Base, email: str) -> Row:
    """Show a user's balance and what was spent."""
    async with reading(base.maker) as session:
        owner = await get_user(session, email)
        return await show_account(session, owner.account_id)


@click.group()
def price() -> None:
    """What models cost."""


@price.command("set")
@one("model")
@click.option("--input", "input_rate", type=DOLLARS, required=True, help="US dollars per million tokens.")
@click.option("--output", "output_rate", type=DOLLARS, required=True, help="US dollars per million tokens.")
@click.option("--cache-read", type=DOLLARS, default=None, help="US dollars per million tokens.")
@click.option("--cache-write", type=DOLLARS, default=None, help="US dollars per million tokens.")
@answering()
async def price_set(
    base: Base, model: str, *, input_rate: Decimal, output_rate: Decimal, **cache: Any
) -> Row:
    """Set the price of a public model name; it wins over the price data, from the next request on."""
    async with writing(base.maker) as session:
        before = await _price_before(session, model)
        row = await set_price(
            session,
            model,
            input_rate,
            output_rate,
            cache_read_per_million=cache["cache_read"],
            cache_write_per_million=cache["cache_write"],
        )
        action, after = "edit" if before else "create", price_form(row)
        await note_change(session, COMMAND_LINE, action, _PRICE, model, before=before, after=after)
    return _per_million(row.model, RateCard(msgspec.convert(row.rates, Rates), source=row.source))


def _per_million(model: str, card: RateCard) -> Row:
    """Return a price as it was typed: US dollars per million tokens."""
    kinds = ("input", "output", "cache_read", "cache_write")
    dollars = {kind: getattr(card.rates, kind) for kind in kinds}
    shown = {kind: None if rate is None else f"{rate * _MILLION:f}" for kind, rate in dollars.items()}
    return {"model": model, **shown, "source": card.source}


@price.command("list")
@answering()
async def price_list(base: Base) -> list[Row]:
    """List the prices that were set here."""
    async with reading(base.maker) as session:
        found = await read_overrides(session)
    return [_per_million(model, card) for model, card in found.items()]


@price.command("remove")
@one("model")
@answering()
async def price_remove(base: Base, model: str) -> Row:
    """Let the price data speak for a model again."""
    async with writing(base.maker) as session:
        before = await _price_before(session, model)
        await remove_price(session, model)
        await note_change(session, COMMAND_LINE, "delete", _PRICE, model, before=before)
    return {"removed": model}


async def _price_before(session: AsyncSession, model: str) -> Form | None:
    row = await session.get(Price, model, with_for_update=True)
    return price_form(row) if row is not None else None


@click.group()
def usage() -> None:
    """What was used."""


@usage.command("list")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--user", "email", default=None, help="Only this user's.")
@click.option("--model", default=None, help="Only this model's.")
@click.option("--status", type=click.Choice(["settled", "interrupted"]), default=None)
@answering("exchange_id", "status", "model", "input_tokens", "output_tokens", "amount_nano_usd", "estimated")
async def usage_list(base: Base, limit: int, email: str | None, **only: Any) -> list[Row]:
    """List exchanges that are settled, the newest first."""
    async with reading(base.maker) as session:
        owner = await get_user(session, email) if email else None
        return [*await list_usage(session, limit=limit, user_id=owner.id if owner else None, **only)]
