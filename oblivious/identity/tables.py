"""Groups, users and their API keys."""

import enum
from datetime import datetime

from sqlmodel import Field

from oblivious.contracts.caller import FAIR
from oblivious.infra.database.table import Table
from oblivious.infra.database.types import COUNTED, NOT_YET, BigKey, UtcDateTime, from_the_start, utc_now


class Role(enum.StrEnum):
    """What a user may do: an admin changes the house, a member uses it."""

    ADMIN = "admin"
    MEMBER = "member"


class KeyKind(enum.StrEnum):
    """Where an API key works: clients relay with it, or an admin changes the house with it; never both."""

    RELAY = "relay"
    ADMIN = "admin"


class Group(Table, table=True):
    """A class of service.

    Attributes:
        policy: how much admission holds: `fair` or `strict`.
        ratio: the factor on every price, a decimal text.
        strategy: how channels of the same priority are chosen among; empty: by weight.
        calls_per_choice: see `Caller`.
    """

    __tablename__ = "groups"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str = Field(unique=True)
    policy: str = FAIR
    ratio: str = "1"
    strategy: str = Field(default="", sa_column_kwargs=from_the_start(""))
    calls_per_choice: bool = Field(default=False, sa_column_kwargs=NOT_YET)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class User(Table, table=True):
    """Somebody with an account.

    Attributes:
        email: in lower case.
        password_hash: argon2id; None for a user who never signs in.
        account_id: who pays; a plain number, so that neither row can hold the other back.
    """

    __tablename__ = "users"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    email: str = Field(unique=True)
    password_hash: str | None = None
    role: str = Role.MEMBER
    group_id: int = Field(foreign_key="groups.id", index=True, sa_type=BigKey)
    account_id: int = Field(index=True, sa_type=BigKey)
    disabled: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ApiKey(Table, table=True):
    """What a client presents; the key itself is nowhere.

    Attributes:
        hash: the keyed hash of the key.
        hash_key_id: which secret key hashed it.
        hint: what may be shown of it.
        rpm, tpm, concurrency: requests and tokens a minute, exchanges in flight; 0 means no limit.
    """

    __tablename__ = "api_keys"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    user_id: int = Field(foreign_key="users.id", index=True, sa_type=BigKey)
    name: str
    hash: str = Field(unique=True)
    hash_key_id: str
    hint: str
    disabled: bool = False
    kind: str = Field(default=KeyKind.RELAY, sa_column_kwargs=from_the_start(KeyKind.RELAY))
    rpm: int = 0
    tpm: int = 0
    concurrency: int = 0
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
