"""The keys of channels: sealed when they come, shown by a hint only."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.channels.service_account import is_service_account, read_service_account
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.wanted import check_secret
from oblivious.contracts.changes import NoSuch
from oblivious.infra.crypto import Secrets, hint_of
from oblivious.infra.database.revisions import Topic, bump


async def add_channel_key(
    session: AsyncSession, secrets: Secrets, channel: Channel, provider: Provider, secret: str
) -> ChannelKey:
    """Give a channel one more key, an empty one where the provider asks for none.

    Raises:
        ChangeRefused: the key is missing, or cannot be one.
    """
    checked = check_secret(secret, provider)
    key = ChannelKey(channel_id=channel.id, secret=secrets.encrypt(checked), hint=_hint(checked, provider))
    session.add(key)
    return await _changed(session, key)


async def remove_channel_key(session: AsyncSession, key: ChannelKey) -> None:
    """Delete a key; what it made at the provider can no longer be reached."""
    await session.delete(key)
    await session.flush()
    await bump(session, Topic.CHANNELS)


async def list_channel_keys(session: AsyncSession, channel: Channel | None = None) -> list[ChannelKey]:
    """Return the keys of one channel or of all, the oldest first."""
    keys = select(ChannelKey).order_by(col(ChannelKey.id))
    if channel is not None:
        keys = keys.where(col(ChannelKey.channel_id) == channel.id)
    return list(await session.scalars(keys))


async def disable_channel_key(session: AsyncSession, key_id: int) -> ChannelKey:
    """Switch a key off.

    Raises:
        NoSuch: there is none of that number.
    """
    return await _switch(session, key_id, disabled=True)


async def enable_channel_key(session: AsyncSession, key_id: int) -> ChannelKey:
    """Switch a key on again.

    Raises:
        NoSuch: there is none of that number.
    """
    return await _switch(session, key_id, disabled=False)


async def _switch(session: AsyncSession, key_id: int, *, disabled: bool) -> ChannelKey:
    key = await session.get(ChannelKey, key_id)
    if key is None:
        raise NoSuch("key", f"there is no channel key {key_id}")
    key.disabled = disabled
    return await _changed(session, key)


async def _changed(session: AsyncSession, key: ChannelKey) -> ChannelKey:
    await session.flush()
    await bump(session, Topic.CHANNELS)
    return key


def _hint(secret: str, provider: Provider) -> str:
    if Auth.GOOGLE in provider.auth.values() and is_service_account(secret):
        return read_service_account(secret).client_email
    return hint_of(secret) if secret else "none"
