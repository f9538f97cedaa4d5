"""`oblivious channel`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.channel_probe import probe_channel
from oblivious.app.command import answering, one
from oblivious.app.commands.channel_health import channel_health
from oblivious.app.commands.channel_keys import add_key, channel_key
from oblivious.app.commands.channel_shown import channel_row
from oblivious.app.commands.channel_switches import (
    channel_disable,
    channel_drain,
    channel_enable,
    channel_remove,
    one_or_many,
)
from oblivious.app.commands.given import (
    json_of,
    limited,
    limits_of,
    mapping_of,
    names_of,
    taking,
    text_of,
)
from oblivious.app.commands.held import held
from oblivious.app.commands.listing import filtered, rows_of
from oblivious.app.output import Row
from oblivious.channels.keys import add_channel_key, list_channel_keys
from oblivious.channels.repository import (
    add_channel,
    get_channel,
    provider_named,
)
from oblivious.channels.tables import Channel, KeyMode
from oblivious.channels.wanted import Wanted
from oblivious.gateway.routes.admin.channel_changes import chosen_channels, edit_channel
from oblivious.gateway.routes.admin.channel_shown import CHANNEL, CHANNEL_LIST, shown
from oblivious.gateway.routes.admin.channel_wishes import ChosenChannels
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.identity.groups import check_groups
from oblivious.infra.database.sessions import reading, writing

_described = taking(
    [
        click.option(
            "--base-url", default=None, help="Where the provider is reached; its own address if not given."
        ),
        click.option("--models", default=None, help="Public model names, separated by commas."),
        click.option(
            "--map", "mapping", multiple=True, metavar="PUBLIC=UPSTREAM", help="The provider's name."
        ),
        click.option(
            "--weight", type=int, default=None, help="Its share among channels of the same priority."
        ),
        click.option("--priority", type=int, default=None, help="Higher is tried first."),
        click.option(
            "--group", "groups", multiple=True, help="Who may use it; repeat for several; all if none."
        ),
        click.option("--key-mode", type=click.Choice([mode.value for mode in KeyMode]), default=None),
        click.option("--tag", default=None, help="A word that many channels share."),
        click.option("--note", default=None, help="Whatever should be remembered."),
        limited,
        click.option("--abilities", default=None, metavar="JSON", help="What it can and cannot do."),
        click.option("--shaping", default=None, metavar="JSON", help="What it changes, or @FILE with it."),
        click.option("--link", default=None, metavar="JSON", help="How it connects, or @FILE with it."),
        click.option("--tests", default=None, metavar="JSON", help="What is asked of it, and how often."),
    ]
)


@click.group()
def channel() -> None:
    """Ways to providers."""


for _command in (channel_key, channel_health, channel_enable, channel_disable, channel_drain, channel_remove):
    channel.add_command(_command)


@channel.command("add")
@click.option("--name", required=True)
@click.option(
    "--provider", required=True, help="openai, anthropic, deepseek ...; `openai-compatible` for others."
)
@click.option(
    "--api-key",
    "secrets",
    multiple=True,
    help="A key of the provider, or @FILE with one; repeat for several.",
)
@_described
@answering()
async def channel_add(base: Base, name: str, provider: str, secrets: tuple[str, ...], **shape: Any) -> Row:
    """Add a channel; running gateways use it within a second."""
    entry = provider_named(PROVIDERS, provider)
    wanted = _wanted({}, **shape)
    async with writing(base.maker) as session:
        await check_groups(session, wanted.groups or ())
        row = await add_channel(
            session, PROVIDERS, name=name, provider=provider, wanted=wanted, secrets=base.secrets
        )
        for secret in secrets or ("",):
            await add_channel_key(session, base.secrets, row, entry, text_of(secret, "api_key"))
        after = await shown(session, row)
        await note_change(session, COMMAND_LINE, "create", CHANNEL, row.name, after=after)
        return channel_row(row, await list_channel_keys(session, row))


@channel.command("list")
@filtered(CHANNEL_LIST)
@answering("name", "provider", "models", "weight", "priority", "groups", "tag", "state")
async def channel_list(base: Base, **given: str | None) -> list[Row]:
    """List channels: all, or those that fit everything that is given."""
    async with reading(base.maker) as session:
        rows, keys = await rows_of(session, CHANNEL_LIST, given), await list_channel_keys(session)
    return [channel_row(row, [key for key in keys if key.channel_id == row.id]) for row in rows]


@channel.command("edit")
@one_or_many("--tagged")
@click.option("--add-key", "secrets", multiple=True, help="One more key of the provider, or @FILE with one.")
@_described
@answering()
async def channel_edit(
    base: Base, name: str | None, tagged: str | None, secrets: tuple[str, ...], **shape: Any
) -> Row | list[Row]:
    """Change what is given; the rest stays as it is."""

    async def changed(session: AsyncSession, row: Channel) -> Row:
        await _change(session, base, row, _wanted(row.limits, **shape))
        for secret in secrets:
            await add_key(session, base.secrets, row, text_of(secret, "api_key"))
        return channel_row(row, await list_channel_keys(session, row))

    async with writing(base.maker) as session:
        if name is not None:
            return await changed(session, await held(session, await get_channel(session, name)))
        rows = await chosen_channels(session, ChosenChannels(tag=tagged or ""))
        return [await changed(session, row) for row in rows]


@channel.command("test")
@one("name")
@click.option("--model", default=None, help="The channel's first model if not given.")
@click.option("--stream", is_flag=True, help="Ask for a stream.")
@answering()
async def channel_test(base: Base, name: str, model: str | None, stream: bool) -> list[Row]:  # noqa: FBT001 - click's
    """Ask the provider something small with every key of the channel; the house pays for it."""
    return await probe_channel(base, name, model, stream=stream)


async def _change(session: AsyncSession, base: Base, row: Channel, wanted: Wanted) -> None:
    if wanted == Wanted():
        return
    before = await shown(session, row)
    await edit_channel(session, COMMAND_LINE, PROVIDERS, base.secrets, row, before=before, wanted=wanted)


def _wanted(there: Mapping[str, Any], *, models: str | None, groups: Sequence[str], **rest: Any) -> Wanted:
    """Return what is given; `there` are the channel's limits, of which single ones may be given."""
    limits = limits_of(there, rest)
    mapping = mapping_of(rest.pop("mapping"))
    parts = {name: json_of(rest.pop(name), name) for name in ("abilities", "shaping", "link", "tests")}
    return Wanted(
        models=names_of(models), groups=groups or None, mapping=mapping, limits=limits, **parts, **rest
    )
