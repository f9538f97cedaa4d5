"""Column types that mean the same on SQLite and PostgreSQL.

Migrations name them, so what a type stores never changes: a new need gets a new type.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    Text,
    TextClause,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from typing_extensions import override

from oblivious.infra.crypto import SEALED_PREFIX

Nano = BigInteger
"""An amount in nano-USD."""

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""A counting primary key of 64 bits: SQLite counts only in a column of the type INTEGER.

Give the table `COUNTED` too, or SQLite gives the number of a deleted last row to the next one.
"""

COUNTED = {"sqlite_autoincrement": True}

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Lists, dicts, texts and numbers; None is NULL."""


def from_the_start(value: str) -> dict[str, TextClause]:
    """Return what gives a new column its value in rows, and in writes of an older release, that lack it."""
    return {"server_default": text(f"'{value}'")}


NOT_YET = {"server_default": false()}
"""The same for a flag that is off."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, UTC coming out. SQLite keeps no zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC.

        Raises:
            ValueError: the moment names no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} names no time zone")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Name the zone that SQLite dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """What `Secrets.encrypt` made, and nothing else: plain text cannot get into the column by mistake.

    It reads as it is stored; whoever needs the secret decrypts it where it is used.
    """

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Let sealed text through.

        Raises:
            ValueError: the text is not sealed; the message does not show it.
        """
        if value is not None and not value.startswith(SEALED_PREFIX):
            raise ValueError("plain text was about to be stored in an encrypted column")
        return value


def utc_now() -> datetime:
    """Return the present moment; the default of `created_at` columns."""
    return datetime.now(UTC)
