"""`oblivious channel`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.channel_probe import probe_channel
from oblivious.app.command import answering, one
from oblivious.app.output import Row
from oblivious.channels.keys import add_channel_key, list_channel_keys
from oblivious.channels.repository import (
    add_channel,
    disable_channel,
    edit_channel,
    enable_channel,
    get_channel,
    list_channels,
    provider_named,
    remove_channel,
)
from oblivious.channels.tables import Channel, ChannelKey, KeyMode
from oblivious.channels.wanted import Wanted
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.database.sessions import reading, writing

Options = Callable[[Callable[..., Any]], Callable[..., Any]]

_SHAPING: tuple[Options, ...] = (
    click.option(
        "--base-url", default=None, help="Where the provider is reached; its own address if not given."
    ),
    click.option("--models", default=None, help="Public model names, separated by commas."),
    click.option("--map", "mapping", multiple=True, metavar="PUBLIC=UPSTREAM", help="The provider's name."),
    click.option("--weight", type=int, default=None, help="Its share among channels of the same priority."),
    click.option("--priority", type=int, default=None, help="Higher is tried first."),
    click.option("--group", "groups", multiple=True, help="Who may use it; repeat for several; all if none."),
    click.option("--key-mode", type=click.Choice([mode.value for mode in KeyMode]), default=None),
)


def _shaping(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_SHAPING):
        command = option(command)
    return command


@click.group()
def channel() -> None:
    """Ways to providers."""


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
@_shaping
@answering()
async def channel_add(base: Base, name: str, provider: str, secrets: tuple[str, ...], **shape: Any) -> Row:
    """Add a channel; running gateways use it within a second."""
    entry = provider_named(PROVIDERS, provider)
    async with writing(base.maker) as session:
        row = await add_channel(
            session,
            PROVIDERS,
            name=name,
            provider=provider,
            wanted=_wanted(**shape),
            secrets=base.secrets,
        )
        for secret in secrets or ("",):
            await add_channel_key(session, base.secrets, row, entry, _secret(secret))
        keys = await list_channel_keys(session, row)
    return _shown(row, keys)


@channel.command("list")
@answering("name", "provider", "models", "weight", "priority", "groups", "disabled")
async def channel_list(base: Base) -> list[Row]:
    """List every channel."""
    async with reading(base.maker) as session:
        rows, keys = await list_channels(session), await list_channel_keys(session)
    return [_shown(row, [key for key in keys if key.channel_id == row.id]) for row in rows]


@channel.command("edit")
@one("name")
@click.option("--add-key", "secrets", multiple=True, help="One more key of the provider, or @FILE with one.")
@_shaping
@answering()
async def channel_edit(base: Base, name: str, secrets: tuple[str, ...], **shape: Any) -> Row:
    """Change what is given; the rest stays as it is."""
    async with writing(base.maker) as session:
        row = await edit_channel(session, PROVIDERS, name, _wanted(**shape), base.secrets)
        for secret in secrets:
            await add_channel_key(session, base.secrets, row, PROVIDERS[row.provider], _secret(secret))
        keys = await list_channel_keys(session, row)
    return _shown(row, keys)


@channel.command("disable")
@one("name")
@answering()
async def channel_disable(base: Base, name: str) -> Row:
    """Switch a channel off."""
    async with writing(base.maker) as session:
        return _shown(await disable_channel(session, name), [])


@channel.command("enable")
@one("name")
@answering()
async def channel_enable(base: Base, name: str) -> Row:
    """Switch a channel on again."""
    async with writing(base.maker) as session:
        return _shown(await enable_channel(session, name), [])


@channel.command("remove")
@one("name")
@answering()
async def channel_remove(base: Base, name: str) -> Row:
    """Delete a channel and its keys; what was billed through it stays."""
    async with writing(base.maker) as session:
        await remove_channel(session, name)
    return {"removed": name}


@channel.command("test")
@one("name")
@click.option("--model", default=None, help="The channel's first model if not given.")
@answering()
async def channel_test(base: Base, name: str, model: str | None) -> list[Row]:
    """Ask the provider something small with every key of the channel; it is not billed to anybody here."""
    async with reading(base.maker) as session:
        row = await get_channel(session, name)
        keys = await list_channel_keys(session, row)
    return await probe_channel(row, keys, base.secrets, model or row.models[0])


def _wanted(*, models: str | None, mapping: Sequence[str], groups: Sequence[str], **rest: Any) -> Wanted:
    return Wanted(
        models=[name.strip() for name in models.split(",") if name.strip()] if models is not None else None,
        mapping=dict(_pair(text) for text in mapping) if mapping else None,
        groups=groups or None,
        **rest,
    )


def _secret(given: str) -> str:
    """Return a key as it is given, or what the file holds that is named instead: `@FILE`.

    Raises:
        ChangeRefused: the file cannot be read.
    """
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text()
    except (OSError, ValueError) as error:
        raise ChangeRefused("api_key", f"cannot be read from {given[1:]!r}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or "it is no text"


def _pair(text: str) -> tuple[str, str]:
    public, equals, upstream = text.partition("=")
    if not equals:
        raise ChangeRefused("map", f"is PUBLIC=UPSTREAM, not {text!r}")
    return public.strip(), upstream.strip()


def _shown(row: Channel, keys: Sequence[ChannelKey]) -> Row:
    return {
        "id": row.id,
        "name": row.name,
        "provider": row.provider,
        "base_urls": row.base_urls,
        "models": row.models,
        "mapping": row.mapping,
        "weight": row.weight,
        "priority": row.priority,
        "groups": row.groups,
        "key_mode": row.key_mode,
        "origin": row.origin,
        "disabled": row.disabled,
        "keys": [{"id": key.id, "hint": key.hint, "disabled": key.disabled} for key in keys],
    }
