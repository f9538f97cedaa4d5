"""Who may use the admin API: admins, by keys made for it."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.contracts.errors import DisabledKey, Forbidden, UnknownKey
from oblivious.identity.tables import ApiKey, KeyKind, Role, User
from oblivious.infra.crypto import Secrets, could_be_api_key


class Actor(msgspec.Struct, frozen=True):
    """The admin behind a request that looks at the house or changes it.

    Attributes:
        key_id: the admin key that was presented.
        request_id: the request's name in logs, in its answer and in the audit.
    """

    user_id: int
    email: str
    key_id: int
    request_id: str = ""


_OWNERS = select(ApiKey, User).join(User, col(ApiKey.user_id) == col(User.id))


async def find_admin(session: AsyncSession, secrets: Secrets, presented: str) -> Actor:
    """Return the admin whose key is presented.

    Nothing is remembered from one request to the next: a key that is switched off is refused at once.

    Raises:
        UnknownKey: nobody owns it.
        DisabledKey: it, or its user, was switched off.
        Forbidden: it is a key for the relay, or its user is no admin any more.
    """
    hashes = secrets.hashes_of(presented) if could_be_api_key(presented) else ()
    found = (await session.execute(_OWNERS.where(col(ApiKey.hash).in_(hashes)))).one_or_none()
    if found is None:
        raise UnknownKey("nobody knows this key")
    key, user = found
    if key.disabled or user.disabled:
        raise DisabledKey("the key, or the user it belongs to, is switched off")
    if key.kind != KeyKind.ADMIN:
        raise Forbidden("this key is for the relay: make an admin key with `oblivious key create --admin`")
    if user.role != Role.ADMIN:
        raise Forbidden("the user of this key is no admin any more")
    return Actor(user_id=user.id, email=user.email, key_id=key.id)
