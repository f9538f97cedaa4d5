"""What is remembered of money: accounts, the ledger, usage, prices, and how far each journal is settled.

Ledger and usage rows carry plain ids and no foreign keys, so that a deleted key or channel never stands in
the way of a settlement. Postings and entries are only ever inserted.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from oblivious.infra.database.table import Table
from oblivious.infra.database.types import COUNTED, BigKey, Json, Nano, UtcDateTime, from_the_start, utc_now

USER = "user"
HOUSE = "house"

USAGE = "usage"
CREDIT = "credit"


class Account(Table, table=True):
    """A wallet, or one of the house's own sides of the ledger.

    Attributes:
        kind: `user` or `house`; a house account keeps no balance here, its entries say it.
        unlimited: metered but never refused for money.
        overdraft_nano_usd: how far below zero a `fair` group's exchange may bring it.
        rpm, tpm, concurrency: limits of the whole account; 0 means none.
        sequence: how many postings have touched the balance; the newer of two balances has the higher one.
        revision: the `accounts` revision at which the account was last changed by hand.
    """

    __tablename__: ClassVar[str] = "accounts"
    __table_args__ = (CheckConstraint("kind IN ('user', 'house')", name="kind"), COUNTED)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    kind: str = USER
    name: str = Field(unique=True)
    unlimited: bool = False
    overdraft_nano_usd: int = Field(default=0, sa_type=Nano)
    rpm: int = Field(default=0, sa_type=BigInteger)
    tpm: int = Field(default=0, sa_type=BigInteger)
    concurrency: int = Field(default=0, sa_type=BigInteger)
    balance_nano_usd: int = Field(default=0, sa_type=Nano)
    sequence: int = Field(default=0, sa_type=BigInteger)
    revision: int = Field(default=0, sa_type=BigInteger, index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Posting(Table, table=True):
    """One thing that happened to money; its entries sum to zero.

    Attributes:
        exchange_id: what was settled; None for a credit. With `part` it makes a settlement unique.
        kind: `usage` or `credit`.
    """

    __tablename__: ClassVar[str] = "postings"
    __table_args__ = (UniqueConstraint("exchange_id", "part"), COUNTED)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    exchange_id: str | None = None
    part: int = 0
    kind: str
    note: str = ""
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Entry(Table, table=True):
    """What one posting did to one account, nano-USD; never zero."""

    __tablename__: ClassVar[str] = "entries"
    __table_args__ = (
        CheckConstraint("amount_nano_usd <> 0", name="amount"),
        Index(None, "account_id", "posting_id"),
    )

    posting_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    account_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    amount_nano_usd: int = Field(sa_type=Nano)


class UsageRow(Table, table=True):
    """One settled exchange: who, through what, how much, by which prices.

    Attributes:
        at: when it was admitted.
        status: `settled` or `interrupted`.
        channel_id, channel_key_id, upstream_model: of the attempt that answered, else of the last one; 0
            and empty when none was made.
        calls: how many calls the answer is put together from; see `Usage`.
        card: the rate card it was billed by, whole, so that the bill can be made again.
        reason: why it failed; empty on success.
        first_byte_ms, total_ms: from the request's arrival.
        trace: what was tried and why, where it was more than one attempt that went well.
    """

    __tablename__: ClassVar[str] = "usage_rows"
    __table_args__ = (
        UniqueConstraint("exchange_id", "part"),
        CheckConstraint("amount_nano_usd >= 0", name="amount"),
        Index(None, "user_id", "id"),
        Index(None, "key_id", "id"),
        COUNTED,
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    exchange_id: str
    part: int = 0
    attempt_ids: list[str] = Field(sa_type=Json)
    status: str
    at: datetime = Field(sa_type=UtcDateTime)
    key_id: int = Field(sa_type=BigInteger)
    user_id: int = Field(sa_type=BigInteger)
    account_id: int = Field(sa_type=BigInteger)
    group_name: str
    model: str
    upstream_model: str
    channel_id: int = Field(sa_type=BigInteger)
    channel_key_id: int = Field(sa_type=BigInteger)
    dialect: str
    endpoint: str
    stream: bool
    input_tokens: int = Field(sa_type=BigInteger)
    output_tokens: int = Field(sa_type=BigInteger)
    cache_read_tokens: int = Field(sa_type=BigInteger)
    cache_write_tokens: int = Field(sa_type=BigInteger)
    cache_write_1h_tokens: int = Field(sa_type=BigInteger)
    reasoning_tokens: int = Field(sa_type=BigInteger)
    audio_input_tokens: int = Field(sa_type=BigInteger)
    audio_output_tokens: int = Field(sa_type=BigInteger)
    searches: int = Field(sa_type=BigInteger)
    calls: int = Field(default=1, sa_column_kwargs=from_the_start("1"))
    estimated: bool
    amount_nano_usd: int = Field(sa_type=Nano)
    card: dict[str, Any] = Field(sa_type=Json)
    http_status: int
    reason: str
    first_byte_ms: int = Field(sa_type=BigInteger)
    total_ms: int = Field(sa_type=BigInteger)
    request_id: str
    trace: list[dict[str, Any]] | None = Field(default=None, sa_type=Json)


class Price(Table, table=True):
    """The price an operator has set for a public model name; it overrides the price data.

    Attributes:
        rates: a `Rates` as JSON, US dollars per token as decimal texts.
    """

    __tablename__: ClassVar[str] = "prices"

    model: str = Field(primary_key=True)
    rates: dict[str, Any] = Field(sa_type=Json)
    source: str
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class JournalRow(Table, table=True):
    """How far a journal is settled.

    Attributes:
        settled_to: every outcome up to this number is.
        above: ranges `[first, last]` beyond it that are, too.
    """

    __tablename__: ClassVar[str] = "journals"

    id: str = Field(primary_key=True)
    settled_to: int = Field(default=0, sa_type=BigInteger)
    above: list[tuple[int, int]] = Field(default_factory=list, sa_type=Json)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class DeadLetter(Table, table=True):
    """An outcome that could not be settled, where no broker keeps it.

    Attributes:
        body: the outcome as JSON; bytes, because what is wrong may be a text that no text column takes.
    """

    __tablename__: ClassVar[str] = "dead_letters"
    __table_args__ = (COUNTED,)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    exchange_id: str
    body: bytes = Field(sa_type=LargeBinary)
    reason: str
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
