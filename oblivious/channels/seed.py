"""Channels that appear by themselves: from provider keys in the environment, from an Ollama, or as a demo.

`plant` is run at every start, by one process, after the start; it follows what was found:

- Something new gets a channel with its provider's name, unless a channel of that name is there already.
- A channel of its own has exactly the key that was found: another key replaces it, and a variable that
  went away takes its key along, so that the channel stays but serves nothing.
- It serves the models that were found.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.base_urls import served_at
from oblivious.channels.inquiries.ask import list_models
from oblivious.channels.keys import add_channel_key, list_channel_keys, remove_channel_key
from oblivious.channels.repository import Providers, add_channel, find_channel, list_channels
from oblivious.channels.tables import ChannelKey, Origin
from oblivious.channels.wanted import Wanted, apply
from oblivious.contracts.errors import UpstreamError
from oblivious.infra.crypto import Secrets, WrongSecret
from oblivious.infra.database.revisions import Topic, bump
from oblivious.infra.upstream import DIRECT
from oblivious.infra.upstream.transport import httpx_over

OLLAMA = "ollama"

_log = structlog.get_logger(__name__)


class Found(msgspec.Struct, frozen=True):
    """A channel that there could be.

    Attributes:
        provider: also the channel's name.
        base_url: empty: where the provider is at home.
        secret: empty where the provider asks for none.
    """

    provider: str
    origin: Origin
    models: Sequence[str]
    base_url: str = ""
    secret: str = ""


def in_environment(
    providers: Providers, environment: Mapping[str, str], models_of: Callable[[str], list[str]]
) -> list[Found]:
    """Return the providers whose key is in the environment; `models_of` may take its time.

    A provider without a known model is left out, and logged.
    """
    found: list[Found] = []
    for provider in providers.values():
        secret = environment.get(provider.key_variable, "").strip() if provider.key_variable else ""
        if not secret:
            continue
        models = models_of(provider.name)
        if models:
            found.append(Found(provider.name, Origin.ENVIRONMENT, models, secret=secret))
        else:
            _log.warning("no_known_models", provider=provider.name, variable=provider.key_variable)
    return found


async def on_this_machine(providers: Providers, *, timeout_seconds: float = 0.3) -> list[Found]:
    """Ask an Ollama for its models; nobody there, or no model, is nothing found."""
    ollama = providers[OLLAMA]
    try:
        async with httpx_over(DIRECT) as client:
            listed = await list_models(client, ollama, served_at(ollama, {}), "", seconds=timeout_seconds)
    except UpstreamError:
        return []
    return [Found(OLLAMA, Origin.MACHINE, listed.names)] if listed.names else []


async def plant(
    session: AsyncSession,
    secrets: Secrets,
    providers: Providers,
    found: Sequence[Found],
    demo: Found | None,
) -> None:
    """Bring the channels that nobody wrote to what was found; the demo only where nothing else serves."""
    for one in found:
        await _follow(session, secrets, providers, one)
    names = {one.provider for one in found}
    if demo is not None and not found and not await _operators_serve(session):
        await _follow(session, secrets, providers, demo)
        names.add(demo.provider)
    await _close_all_but(session, names)


async def _follow(session: AsyncSession, secrets: Secrets, providers: Providers, found: Found) -> None:
    provider = providers[found.provider]
    wanted = Wanted(base_url=found.base_url, models=found.models)
    channel = await find_channel(session, found.provider)
    if channel is None:
        channel = await add_channel(
            session,
            providers,
            name=found.provider,
            provider=found.provider,
            wanted=wanted,
            secrets=secrets,
            origin=found.origin,
        )
    elif channel.origin != found.origin:
        return
    else:
        apply(wanted, channel, provider, secrets)
        if session.is_modified(channel):
            await bump(session, Topic.CHANNELS)
    keys = await list_channel_keys(session, channel)
    same = next((key for key in keys if _opens_as(key, secrets, found.secret)), None)
    await _keep_only(session, keys, same)
    if same is None:
        await add_channel_key(session, secrets, channel, provider, found.secret)


async def _close_all_but(session: AsyncSession, names: Collection[str]) -> None:
    for channel in await list_channels(session):
        if channel.origin != Origin.OPERATOR and channel.name not in names:
            await _keep_only(session, await list_channel_keys(session, channel), None)


async def _keep_only(session: AsyncSession, keys: Sequence[ChannelKey], kept: ChannelKey | None) -> None:
    for key in keys:
        if key is not kept:
            await remove_channel_key(session, key)


async def _operators_serve(session: AsyncSession) -> bool:
    on = {key.channel_id for key in await list_channel_keys(session) if not key.disabled}
    return any(
        channel.origin == Origin.OPERATOR and not channel.disabled and channel.id in on
        for channel in await list_channels(session)
    )


def _opens_as(key: ChannelKey, secrets: Secrets, secret: str) -> bool:
    try:
        return secrets.decrypt(key.secret) == secret
    except WrongSecret:
        return False
