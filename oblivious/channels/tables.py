"""Channels and their keys."""

import enum
from datetime import datetime

from sqlmodel import Field

from oblivious.infra.database.table import Table
from oblivious.infra.database.types import COUNTED, BigKey, EncryptedText, Json, UtcDateTime, utc_now


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
        models: the public model names it serves.
        mapping: public model name to the provider's name for it, where they differ.
        weight: its share among channels of the same priority; 0: only when no other of them is left.
        priority: higher is tried first.
        groups: the groups that may use it; empty: all.
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
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ChannelKey(Table, table=True):
    """One secret of a channel; a channel whose provider asks for none has one empty secret.

    Attributes:
        secret: encrypted.
        hint: what may be shown of it.
    """

    __tablename__ = "channel_keys"
    __table_args__ = COUNTED

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    channel_id: int = Field(foreign_key="channels.id", ondelete="CASCADE", index=True, sa_type=BigKey)
    secret: str = Field(sa_type=EncryptedText)
    hint: str
    disabled: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
