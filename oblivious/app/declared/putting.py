"""Brings groups, pools, models, rules and prices to what a file says; what is refused is noted."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation

from oblivious.app.declared.file import Dollars, GroupSaid, PriceSaid
from oblivious.app.declared.forms import decimal_text, price_form
from oblivious.app.declared.pieces import check_pieces, check_rules
from oblivious.app.declared.work import Work
from oblivious.billing.overrides import per_token, read_overrides, remove_price, set_price
from oblivious.billing.tables import Price
from oblivious.channels.abilities import read_abilities
from oblivious.channels.catalogue import (
    WantedModel,
    check_strategy,
    list_models,
    list_pools,
    list_rules,
    put_model,
    put_pool,
    put_rules,
    remove_model,
    remove_pool,
)
from oblivious.channels.quota import read_quota
from oblivious.contracts.changes import ChangeRefused
from oblivious.identity.defaults import GROUPS
from oblivious.identity.groups import create_group, edit_group, list_groups, remove_group


async def put_groups(work: Work) -> None:
    """Make and change groups."""
    there = {row.name for row in await list_groups(work.session)}
    for name, said in (work.file.groups or {}).items():
        path = f"groups.{name}"
        with work.faults.at(path):
            if name not in there:
                await create_group(work.session, name)
            await _put_group(work, name, said, path)


async def _put_group(work: Work, name: str, said: GroupSaid, path: str) -> None:
    """Change one member after the other, so that everything that is wrong is noted."""
    await edit_group(work.session, name, calls_per_choice=said.calls_per_choice)
    with work.faults.at(path):
        await edit_group(work.session, name, policy=said.policy)
    with work.faults.at(path):
        await edit_group(work.session, name, ratio=str(said.ratio))
    with work.faults.at(path):
        await edit_group(work.session, name, strategy=check_strategy(said.strategy))


async def remove_groups(work: Work) -> None:
    """Delete groups that are not named, but for those that are there from the start."""
    rows = {row.name: row for row in await list_groups(work.session)}
    for name in _unnamed(work, work.file.groups, rows.keys() - GROUPS):
        with _going(work, f"groups.{name}"):
            await remove_group(work.session, rows[name])


async def put_pools(work: Work) -> None:
    """Make and change pools."""
    for name, said in (work.file.pools or {}).items():
        path = f"pools.{name}"
        check_pieces(said.limits, read_quota, "limits", path, work.faults)
        with work.faults.at(path):
            await put_pool(work.session, name, said.limits)


async def remove_pools(work: Work) -> None:
    """Delete pools that are not named."""
    for name in _unnamed(work, work.file.pools, [row.name for row in await list_pools(work.session)]):
        with _going(work, f"pools.{name}"):
            await remove_pool(work.session, name)


async def put_models(work: Work) -> None:
    """Say of models what is said, and of others nothing more; aliases may go from one to another."""
    said = work.file.models or {}
    there = {row.name: row for row in await list_models(work.session)}
    for name in _unnamed(work, work.file.models, there):
        await remove_model(work.session, name)
    for name in sorted(there.keys() & said.keys()):
        if there[name].aliases != said[name].aliases:
            await put_model(work.session, name, WantedModel(aliases=()))
    for name, one in said.items():
        path = f"models.{name}"
        check_pieces(one.abilities, read_abilities, "abilities", path, work.faults)
        with work.faults.at(path):
            wanted = WantedModel(
                aliases=one.aliases,
                fallbacks=one.fallbacks,
                context_fallbacks=one.context_fallbacks,
                content_fallbacks=one.content_fallbacks,
                abilities=one.abilities,
                strategy=one.strategy,
            )
            await put_model(work.session, name, wanted)


async def put_providers(work: Work) -> None:
    """Say how failures of providers are understood."""
    there = {row.provider: row.rules for row in await list_rules(work.session)}
    for name in _unnamed(work, work.file.providers, there):
        await put_rules(work.session, work.providers, name, ())
    for name, said in (work.file.providers or {}).items():
        path = f"providers.{name}"
        check_rules(said.rules, path, work.faults)
        if not work.faults.below(path):
            with work.faults.at(path):
                await put_rules(work.session, work.providers, name, said.rules)


async def put_prices(work: Work) -> None:
    """Set prices that are not as they are said, and take those away that are not named."""
    for name in _unnamed(work, work.file.prices, await read_overrides(work.session)):
        await remove_price(work.session, name)
    for name, said in (work.file.prices or {}).items():
        path = f"prices.{name}"
        with work.faults.at(path):
            dollars = _dollars(work, said, path)
            if not work.faults.below(path):
                await _put_price(work, name, dollars)


async def _put_price(work: Work, model: str, dollars: dict[str, Decimal]) -> None:
    there = await work.session.get(Price, model)
    wanted = {kind: decimal_text(number) for kind, number in dollars.items()}
    if there is not None and price_form(there) == wanted:
        return
    await set_price(
        work.session,
        model,
        dollars["input"],
        dollars["output"],
        cache_read_per_million=dollars.get("cache_read"),
        cache_write_per_million=dollars.get("cache_write"),
        reasoning_per_million=dollars.get("reasoning"),
    )


def _dollars(work: Work, said: PriceSaid, path: str) -> dict[str, Decimal]:
    given = {kind: getattr(said, kind) for kind in PriceSaid.__struct_fields__}
    for kind in ("input", "output"):
        if given[kind] is None and not work.faults.of(path) and not work.faults.below(f"{path}.{kind}"):
            work.faults.add(f"{path}.{kind}", "is missing")
    found: dict[str, Decimal] = {}
    for kind, number in given.items():
        if number is not None:
            with work.faults.at(path):
                found[kind] = _decimal(kind, number)
    return found


def _decimal(kind: str, number: Dollars) -> Decimal:
    try:
        found = Decimal(str(number))  # never through a float: its text is what was written
    except InvalidOperation:
        raise ChangeRefused(kind, f"is a number of US dollars, not {number!r}") from None
    per_token(kind, found)
    return found


@contextmanager
def _going(work: Work, path: str) -> Generator[None]:
    try:
        yield
    except ChangeRefused as error:
        work.faults.add(path, f"is not named, and cannot go: {error.message}")


def _unnamed(work: Work, said: Collection[str] | None, there: Collection[str]) -> list[str]:
    """Return what goes: what is there and a section that there is does not name."""
    return [] if said is None or work.keep else sorted(set(there) - set(said))
