"""The keys of channels: sealed when they come, shown by a hint only."""

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.channels.service_account import is_service_account, read_service_account
from oblivious.channels.tables import Channel, ChannelKey, Notice, Pool
from oblivious.channels.tested import forget_tests
from oblivious.channels.wanted_key import WantedKey, apply_to_key, check_secret
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.infra.crypto import Secrets, hint_of
from oblivious.infra.database.revisions import Topic, bump
from oblivious.infra.database.types import utc_now

NO_SECRET = "none"  # noqa: S105 - words
"""The hint of an empty secret."""


async def add_channel_key(
    session: AsyncSession,
    secrets: Secrets,
    channel: Channel,
    provider: Provider,
    secret: str,
    *,
    wanted: WantedKey | None = None,
) -> ChannelKey:
    """Give a channel one more key, an empty one where the provider asks for none.

    An empty one that was there makes way for a first secret: it would be refused where secrets are asked for.

    Raises:
        ChangeRefused: the key is missing, or cannot be one; or names what else makes no sense.
    """
    checked = check_secret(secret, provider)
    key = ChannelKey(channel_id=channel.id, secret=secrets.encrypt(checked), hint=_hint(checked, provider))
    await _apply(session, wanted or WantedKey(), key)
    if checked:
        empty = (col(ChannelKey.channel_id) == channel.id, col(ChannelKey.hint) == NO_SECRET)
        await delete_keys(session, *empty)
    session.add(key)
    return await _changed(session, key)


async def remove_channel_key(session: AsyncSession, key: ChannelKey) -> None:
    """Delete a key with its tests; what it made at the provider can no longer be reached."""
    await delete_keys(session, col(ChannelKey.id) == key.id)
    await bump(session, Topic.CHANNELS)


async def delete_keys(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """Delete the keys for which all of this is true, with their tests; running servers are not told."""
    gone = (await session.scalars(delete(ChannelKey).where(*which).returning(col(ChannelKey.id)))).all()
    if gone:
        await forget_tests(session, gone)


async def list_channel_keys(session: AsyncSession, channel: Channel | None = None) -> list[ChannelKey]:
    """Return the keys of one channel or of all, the oldest first."""
    keys = select(ChannelKey).order_by(col(ChannelKey.id))
    if channel is not None:
        keys = keys.where(col(ChannelKey.channel_id) == channel.id)
    return list(await session.scalars(keys))


async def edit_channel_key(
    session: AsyncSession,
    secrets: Secrets,
    provider: Provider,
    key: ChannelKey,
    wanted: WantedKey,
    *,
    secret: str | None = None,
) -> ChannelKey:
    """Change what is said of a key; another secret is as good as another key, so it is on again.

    Raises:
        ChangeRefused: names the field that makes no sense.
    """
    checked = None if secret is None else check_secret(secret, provider)
    await _apply(session, wanted, key)
    if checked is not None:
        key.secret, key.hint = secrets.encrypt(checked), _hint(checked, provider)
        key.off_reason, key.off_at, key.balance = "", None, None
        if wanted.source is None:  # where the old one stood is not where this one stands
            key.source = ""
    return await _changed(session, key)


async def _apply(session: AsyncSession, wanted: WantedKey, key: ChannelKey) -> None:
    if wanted.pool and await session.scalar(select(Pool).where(col(Pool.name) == wanted.pool)) is None:
        raise ChangeRefused("pool", f"is one that there is; there is no pool {wanted.pool!r}")
    apply_to_key(wanted, key)


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


async def switch_off_key(session: AsyncSession, key_id: int, reason: str) -> ChannelKey | None:
    """Switch a key off since its provider refuses it, and tell the operator; None if it was off already."""
    off = (
        update(ChannelKey)
        .where(col(ChannelKey.id) == key_id, col(ChannelKey.off_reason) == "", ~col(ChannelKey.disabled))
        .values(off_reason=reason or "refused", off_at=utc_now())
        .returning(col(ChannelKey.channel_id))
    )
    channel_id = await session.scalar(off)
    if channel_id is None:
        return None
    key = await get_channel_key(session, key_id)
    channel = await session.get(Channel, channel_id)
    name = channel.name if channel else str(channel_id)
    message = f"the key {key.hint} of the channel {name} was switched off: {key.off_reason}"
    session.add(Notice(kind="key_off", subject=f"k{key_id}", message=message))
    return await _changed(session, key)


async def switch_on_key(session: AsyncSession, key_id: int) -> ChannelKey | None:
    """Switch a key on that its provider takes again, and tell the operator; None if it was not off."""
    key = await session.get(ChannelKey, key_id)
    if key is None or not key.off_reason:
        return None
    key.off_reason, key.off_at = "", None
    session.add(Notice(kind="key_on", subject=f"k{key_id}", message=f"the key {key.hint} works again"))
    return await _changed(session, key)


async def get_channel_key(session: AsyncSession, key_id: int) -> ChannelKey:
    """Return the key of that number.

    Raises:
        NoSuch: there is none.
    """
    key = await session.get(ChannelKey, key_id)
    if key is None:
        raise NoSuch("key", f"there is no channel key {key_id}")
    return key


async def _switch(session: AsyncSession, key_id: int, *, disabled: bool) -> ChannelKey:
    key = await get_channel_key(session, key_id)
    key.disabled = disabled
    key.off_reason, key.off_at = "", None
    return await _changed(session, key)


async def _changed(session: AsyncSession, key: ChannelKey) -> ChannelKey:
    await session.flush()
    await bump(session, Topic.CHANNELS)
    return key


def _hint(secret: str, provider: Provider) -> str:
    if Auth.GOOGLE in provider.auth.values() and is_service_account(secret):
        return read_service_account(secret).client_email
    return hint_of(secret) if secret else NO_SECRET
