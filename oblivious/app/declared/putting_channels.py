"""Brings channels to what a file says."""

from collections.abc import Mapping, Sequence

from oblivious.adapters.providers.provider import Provider
from oblivious.app.declared.channel_checks import check_channel, named_provider, wanted_of
from oblivious.app.declared.file import ChannelSaid
from oblivious.app.declared.link_said import LinkSaid, link_said
from oblivious.app.declared.putting_keys import Keys, keys_said, put_keys
from oblivious.app.declared.work import Work
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.links import shown, unsealed
from oblivious.channels.repository import (
    add_channel,
    change_channel,
    disable_channel,
    enable_channel,
    list_channels,
    remove_channel,
)
from oblivious.channels.shaping.link import read_link
from oblivious.channels.tables import Channel, ChannelKey, Origin
from oblivious.channels.wanted import Wanted, apply
from oblivious.infra.crypto import Secrets, WrongSecret
from oblivious.infra.upstream import Link


async def put_channels(work: Work) -> None:
    """Add, change and remove channels; those that appear by themselves go only when they go by themselves."""
    if work.file.channels is None:
        return
    rows = {row.name: row for row in await list_channels(work.session)}
    keys = await _keys(work)
    named = {said.name.strip() for said in work.file.channels}
    for name, row in rows.items():
        if name not in named and row.origin == Origin.OPERATOR and not work.keep:
            await remove_channel(work.session, name)
    for place, said in enumerate(work.file.channels):
        if work.faults.of(f"channels[{place}]"):
            continue
        known = rows.get(said.name.strip())
        there = keys.get(known.id, ()) if known else ()
        await _put_channel(work, said, known, there, f"channels[{place}]")


async def _keys(work: Work) -> Mapping[int, Sequence[ChannelKey]]:
    found: dict[int, list[ChannelKey]] = {}
    for key in await list_channel_keys(work.session):
        found.setdefault(key.channel_id, []).append(key)
    return found


async def _put_channel(
    work: Work, said: ChannelSaid, row: Channel | None, there: Sequence[ChannelKey], path: str
) -> None:
    provider = named_provider(work, said, path)
    if provider is None:
        return
    check_channel(work, said, provider, path)
    current = None if row is None else _link(row, work.secrets)
    link = link_said(said.link, current, work.look, path, work.faults)
    keys = keys_said(work, said, provider, path)
    if not work.faults.below(path):
        with work.faults.at(path):
            channel = await _written(work, said, row, provider)
            await _put_link(work, channel, link, current)
            await _switch(work, channel, said)
            await put_keys(work, Keys(channel, provider, there), keys, path)


async def _written(work: Work, said: ChannelSaid, row: Channel | None, provider: Provider) -> Channel:
    if row is None:
        return await add_channel(
            work.session,
            work.providers,
            name=said.name,
            provider=provider.name,
            wanted=wanted_of(said),
            secrets=work.secrets,
        )
    row.provider = provider.name
    apply(wanted_of(said), row, provider, work.secrets)
    if work.session.is_modified(row) or row.origin != Origin.OPERATOR:
        await change_channel(work.session, work.providers, row, wanted_of(said), work.secrets)
    return row


async def _put_link(work: Work, channel: Channel, said: LinkSaid, current: Link | None) -> None:
    link = read_link(said.plain)
    told = {**shown(link), **said.references}
    if link != (current or Link()) or told != channel.link_shown:
        await change_channel(work.session, work.providers, channel, Wanted(link=said.plain), work.secrets)
        channel.link_shown = told


async def _switch(work: Work, channel: Channel, said: ChannelSaid) -> None:
    off = channel.disabled or channel.draining
    if off is (said.state == "on"):
        await (enable_channel if off else disable_channel)(work.session, channel.name)


def _link(row: Channel, secrets: Secrets) -> Link | None:
    """Return how connections are made now; None where nobody can read it any more."""
    try:
        return unsealed(row.link, secrets)
    except WrongSecret:
        return None
