"""`oblivious channel enable`, `disable`, `drain` and `remove`: one channel, or all of a tag."""

import functools
from collections.abc import Callable
from typing import Any

import click

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.command import answering
from oblivious.app.commands.channel_shown import channel_row
from oblivious.app.commands.held import held
from oblivious.app.output import Row
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import get_channel
from oblivious.gateway.routes.admin.channel_changes import (
    change_channels,
    delete_channel,
    delete_channels,
    switch_channel,
)
from oblivious.gateway.routes.admin.channel_shown import Switch, shown
from oblivious.gateway.routes.admin.channel_wishes import ChosenChannels, ManyChannels
from oblivious.identity.audit import COMMAND_LINE
from oblivious.infra.database.sessions import writing

_COLUMNS = ("name", "provider", "tag", "state")


def one_or_many(option: str = "--tag") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take a channel's name, as an argument or an option, or the tag of many channels."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.argument("name", required=False)
        @click.option("--name", "named", hidden=True)
        @click.option(
            option, default=None, help="All channels of this tag, or none of them if one cannot be."
        )
        @functools.wraps(command)
        def wrapped(*args: Any, name: str | None, named: str | None, **options: Any) -> None:
            tag = options[option.removeprefix("--")]
            if sum(one is not None for one in (name, named, tag)) != 1:
                raise click.UsageError(f"name one NAME, or the channels of a {option}")
            command(*args, name=named if name is None else name, **options)

        return wrapped

    return decorate


@click.command("disable")
@one_or_many()
@answering(*_COLUMNS)
async def channel_disable(base: Base, name: str | None, tag: str | None) -> Row | list[Row]:
    """Switch a channel off."""
    return await _switched(base, name, tag, "off")


@click.command("enable")
@one_or_many()
@answering(*_COLUMNS)
async def channel_enable(base: Base, name: str | None, tag: str | None) -> Row | list[Row]:
    """Switch a channel on again."""
    return await _switched(base, name, tag, "on")


@click.command("drain")
@one_or_many()
@answering(*_COLUMNS)
async def channel_drain(base: Base, name: str | None, tag: str | None) -> Row | list[Row]:
    """Give a channel no new work; it is switched off when what it has is done."""
    return await _switched(base, name, tag, "draining")


@click.command("remove")
@one_or_many()
@answering()
async def channel_remove(base: Base, name: str | None, tag: str | None) -> Row | list[Row]:
    """Delete a channel and its keys; what was billed through it stays."""
    async with writing(base.maker) as session:
        if name is None:
            gone = await delete_channels(session, COMMAND_LINE, ChosenChannels(tag=tag or ""))
            return [{"removed": one.name} for one in gone]
        row = await held(session, await get_channel(session, name))
        await delete_channel(session, COMMAND_LINE, await shown(session, row))
    return {"removed": name}


async def _switched(base: Base, name: str | None, tag: str | None, state: Switch) -> Row | list[Row]:
    return await (_all(base, tag or "", state) if name is None else _one(base, name, state))


async def _one(base: Base, name: str, state: Switch) -> Row:
    async with writing(base.maker) as session:
        row = await held(session, await get_channel(session, name))
        await switch_channel(session, COMMAND_LINE, row, state)
        return channel_row(row, await list_channel_keys(session, row))


async def _all(base: Base, tag: str, state: Switch) -> list[Row]:
    many = ManyChannels(tag=tag, state=state)
    async with writing(base.maker) as session:
        changed = await change_channels(session, COMMAND_LINE, PROVIDERS, base.secrets, many)
        rows = [await get_channel(session, one.name) for one in changed]
        return [channel_row(row, await list_channel_keys(session, row)) for row in rows]
