"""Applies a file in one transaction: everything it says, or nothing.

A plan is the same and is taken back, so it tells exactly what would change, and what would be refused.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.declared.difference import Change, differences
from oblivious.app.declared.faults import Faults
from oblivious.app.declared.house import SINGULAR, TABLES, House, read_house
from oblivious.app.declared.names import check_names
from oblivious.app.declared.putting import (
    put_groups,
    put_models,
    put_pools,
    put_prices,
    put_providers,
    remove_groups,
    remove_pools,
)
from oblivious.app.declared.putting_channels import put_channels
from oblivious.app.declared.reading import Document
from oblivious.app.declared.references import Look
from oblivious.app.declared.understanding import understand_file
from oblivious.app.declared.work import Work
from oblivious.channels.repository import Providers
from oblivious.identity.admins import Actor
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.locks import hold_tables

_Step = Callable[[Work], Awaitable[None]]

_PUTS: tuple[_Step, ...] = (
    put_groups,
    put_pools,
    put_prices,
    put_models,
    put_providers,
    put_channels,
)
"""What is named comes before what names it ..."""

_REMOVALS: tuple[_Step, ...] = (remove_pools, remove_groups)
"""... and goes after it; where something was refused, what still names it might be no fault of the file's."""

_ACTIONS = {"add": "create", "change": "edit", "remove": "delete"}


async def apply_document(
    session: AsyncSession,
    document: Document,
    *,
    providers: Providers,
    secrets: Secrets,
    look: Look,
    keep: bool = False,
    actor: Actor = COMMAND_LINE,
) -> list[Change]:
    """Bring the house to what a file says; return what has changed.

    Args:
        session: of a transaction that has just begun.
        document: the file.
        providers: the provider table.
        secrets: of the installation.
        look: finds what references stand for.
        keep: what a section does not name stays.
        actor: who does it, for the audit.

    Raises:
        BadFile: something is wrong; the transaction must be taken back.
    """
    await hold_tables(session, TABLES)
    faults = Faults(document.lines, document.faults)
    file = understand_file(document.value, faults)
    before = await read_house(session, providers)
    check_names(file, before, faults, keep=keep)
    work = Work(session, providers, secrets, look, file, faults, keep)
    for steps in (_PUTS, _REMOVALS):
        for step in steps:
            await step(work)
        faults.check()
    await session.flush()
    after = await read_house(session, providers)
    changes = differences(before, after)
    await _remember(session, actor, changes, before, after)
    return changes


async def _remember(
    session: AsyncSession, actor: Actor, changes: list[Change], before: House, after: House
) -> None:
    """Leave a row for each thing that has changed."""
    actions: Mapping[tuple[str, str], str] = {
        (change.section, change.name): _ACTIONS[change.change] for change in changes
    }
    for (section, name), action in actions.items():
        old, new = before[section].get(name), after[section].get(name)
        await note_change(
            session,
            actor,
            action,
            SINGULAR[section],
            name,
            before=old.form if old else None,
            after=new.form if new else None,
        )
