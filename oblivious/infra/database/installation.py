"""The one row that binds a database to its secret key."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from oblivious.infra.crypto import Secrets
from oblivious.infra.database.table import Table
from oblivious.infra.database.types import UtcDateTime, utc_now

_ONLY = 1


class ForeignSecret(Exception):
    """The database was set up with another secret key."""


class Installation(Table, table=True):
    """What this database belongs to; it has one row."""

    __tablename__ = "installation"

    id: int = Field(default=_ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    secret_fingerprint: str
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


async def claim(session: AsyncSession, secrets: Secrets) -> None:
    """Bind the database to the secret key, or check that it is bound to it; `migrate` does this.

    A key that replaces a retired one takes its place.

    Raises:
        ForeignSecret: it is bound to another one.
    """
    installation = await session.get(Installation, _ONLY)
    if installation is None:
        session.add(Installation(secret_fingerprint=secrets.key_id))
    elif installation.secret_fingerprint in secrets.retired_key_ids:
        installation.secret_fingerprint = secrets.key_id
    else:
        _check(installation, secrets)


async def check_secret(session: AsyncSession, secrets: Secrets) -> None:
    """Check that the database is bound to the secret key; whoever starts does this.

    Raises:
        ForeignSecret: it is bound to another one, or to none yet.
    """
    installation = await session.get(Installation, _ONLY)
    if installation is None:
        raise ForeignSecret("the database is not bound to a secret key yet: run `oblivious migrate`")
    _check(installation, secrets)


def _check(installation: Installation, secrets: Secrets) -> None:
    if installation.secret_fingerprint != secrets.key_id:
        raise ForeignSecret(
            f"the database was set up with the secret key {installation.secret_fingerprint}, and this one is "
            f"{secrets.key_id}: with it no stored provider key can be read and no API key recognised. Set "
            "OBLIVIOUS_SECRET_KEY to the one that the database was set up with"
        )
