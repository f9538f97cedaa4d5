"""Channels, their keys, and what is said of models, pools and providers."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from oblivious.infra.database.table import Table
from oblivious.infra.database.types import (
    COUNTED,
    NOT_YET,
    BigKey,
    EncryptedText,
    Json,
    UtcDateTime,
    from_the_start,
    utc_now,
)

_EMPTY_TEXT = from_the_start("")
_EMPTY_DICT = from_the_start("{}")


class KeyMode(enum.StrEnum):
    """How a channel chooses among its keys: by dice, or one after the other."""

    RANDOM = "random"
    POLLING = "polling"


class Origin(enum.StrEnum):
    """Who says what a channel serves, and with which key.

    The operator; the provider keys in the environment; what runs on this machine; or the want of any other
    channel, which the demo fills. The last three are followed at every start. What an operator sets besides
    (weight, priority, groups, switched off) stays, and a channel whose models, address or keys an operator
    has changed is the operator's from then on.
    """

    OPERATOR = "operator"
    ENVIRONMENT = "environment"
    MACHINE = "machine"
    DEMO = "demo"


class Channel(Table, table=True):
    """One configured way to a provider.

    Attributes:
        provider: an entry of the provider table.
        base_urls: dialect to base URL, where it is not the provider's own.
        models: the public model names it serves; `*` stands for any text.
        mapping: public model name to the provider's, where they differ; followed from name to name.
        weight: its share among channels of the same priority; 0: only when no other of them is left.
        priority: higher is tried first.
        groups: the groups that may use it; empty: all.
        tag: a word that many channels share, to change them together.
        draining: it takes no new work, and is switched off when what it has is done.
        limits: see `limits.Limits`.
        abilities: see `abilities.Abilities`: what it cannot do although its models can.
        shaping: see `shaping.Shaping`.
        link: how connections are made where it is not the plain way; sealed, since it may hold secrets.
        link_shown: what may be shown of it: members as they were given, references to secrets, stars.
        tests: see `schedule.Tests`: what is asked of it, and how often.
    """

    __tablename__ = "channels"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str = Field(unique=True)
    provider: str
    base_urls: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    models: list[str] = Field(default_factory=list, sa_type=Json)
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    weight: int = 1
    priority: int = 0
    groups: list[str] = Field(default_factory=list, sa_type=Json)
    key_mode: str = KeyMode.RANDOM
    origin: str = Origin.OPERATOR
    disabled: bool = False
    tag: str = Field(default="", sa_column_kwargs=_EMPTY_TEXT)
    note: str = Field(default="", sa_column_kwargs=_EMPTY_TEXT)
    draining: bool = Field(default=False, sa_column_kwargs=NOT_YET)
    limits: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    abilities: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    shaping: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    link: str | None = Field(default=None, sa_type=EncryptedText)
    link_shown: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    tests: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ChannelKey(Table, table=True):
    """One secret of a channel; a channel whose provider asks for none has one empty secret.

    Attributes:
        secret: encrypted.
        hint: what may be shown of it.
        source: where a file of settings says that the secret stands: `env:NAME`, `file:PATH`; empty: nowhere.
        pool: the quota it shares with other keys; empty: none.
        mapping: the channel's name for a model to the one that this key needs, where they differ.
        limits: see `limits.Limits`.
        off_reason, off_at: why and when it was switched off by what its provider said; empty: it was not.
        balance: what its provider said last: amount, currency and when; None: nothing.
    """

    __tablename__ = "channel_keys"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    channel_id: int = Field(foreign_key="channels.id", ondelete="CASCADE", index=True, sa_type=BigKey)
    secret: str = Field(sa_type=EncryptedText)
    hint: str
    disabled: bool = False
    name: str = Field(default="", sa_column_kwargs=_EMPTY_TEXT)
    source: str = Field(default="", sa_column_kwargs=_EMPTY_TEXT)
    pool: str = Field(default="", sa_column_kwargs=_EMPTY_TEXT)
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    limits: dict[str, Any] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=_EMPTY_DICT)
    off_reason: str = Field(default="", sa_column_kwargs=_EMPTY_TEXT)
    off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    balance: dict[str, Any] | None = Field(default=None, sa_type=Json)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Model(Table, table=True):
    """What an operator says of a public model name; a model that nobody speaks of needs none.

    Attributes:
        aliases: other names by which clients may ask for it.
        fallbacks: public models that serve in its place when none of its own channels can.
        context_fallbacks: those that serve when a conversation is too long for it.
        content_fallbacks: those that serve when a policy on content forbids its answer.
        abilities: see `abilities.Abilities`.
        strategy: how its channels are chosen among; empty: as the caller's group has it.
    """

    __tablename__ = "models"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str = Field(unique=True)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    fallbacks: list[str] = Field(default_factory=list, sa_type=Json)
    context_fallbacks: list[str] = Field(default_factory=list, sa_type=Json)
    content_fallbacks: list[str] = Field(default_factory=list, sa_type=Json)
    abilities: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    strategy: str = ""
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Pool(Table, table=True):
    """A quota that several channel keys share at their provider; `limits` as `limits.Limits` has them."""

    __tablename__ = "pools"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str = Field(unique=True)
    limits: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ProviderRules(Table, table=True):
    """How an operator has a provider's failures understood; asked before our own table. See `judge.Rule`."""

    __tablename__ = "provider_rules"

    provider: str = Field(primary_key=True)
    rules: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ChannelTest(Table, table=True):
    """The last test of a channel key with one model in one dialect; `ms` until the answer was whole."""

    __tablename__ = "channel_tests"

    channel_key_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    model: str = Field(primary_key=True)
    dialect: str = Field(primary_key=True)
    stream: bool = Field(primary_key=True)
    channel_id: int = Field(index=True, sa_type=BigInteger)
    ok: bool
    status: int
    ms: int
    error: str
    at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Notice(Table, table=True):
    """What an operator should know of: a key that was switched off, one that came back, a drain that ended.

    Attributes:
        kind: a word for programs: `key_off`, `key_on`, `drained`, `balance_low`, `balance_gone`.
        subject: whom it concerns: `c12` a channel, `k34` a key.
    """

    __tablename__ = "notices"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    kind: str
    subject: str
    message: str
    seen: bool = False
