"""A settled exchange as the admin API shows it, and how exchanges are looked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import ge, lt
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import col

from oblivious.billing.tables import UsageRow
from oblivious.contracts.events import INTERRUPTED, SETTLED, Tried
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.listing import Listing


class ExchangeShown(msgspec.Struct, frozen=True):
    """One request: who asked, through what, how much it was and what it cost.

    Attributes:
        at: when it was admitted.
        status: `settled` or `interrupted`.
        channel_id, channel_key_id, upstream_model: of the attempt that answered, else of the last one; 0 and
            empty when none was made.
        http_status: what the client got; 499 when it went away before.
        reason: why it failed; empty on success.
        first_byte_ms, total_ms: from the request's arrival.
        request_id: the client's own id, or ours.
    """

    id: int
    exchange_id: str
    attempt_ids: Sequence[str]
    status: str
    at: datetime
    key_id: int
    user_id: int
    group_name: str
    model: str
    upstream_model: str
    channel_id: int
    channel_key_id: int
    dialect: str
    endpoint: str
    stream: bool
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    estimated: bool
    amount_nano_usd: int
    http_status: int
    reason: str
    first_byte_ms: int
    total_ms: int
    request_id: str


class ExchangeTold(ExchangeShown, frozen=True):
    """The same with everything that led to it.

    Attributes:
        card: the rate card that it was billed by.
        trace: who was tried or passed over, and why, in order; empty where the first who was asked answered,
            and nothing was changed in the request.
    """

    card: Mapping[str, Any]
    trace: Sequence[Tried]


EXCHANGE_LIST = Listing(
    rows=select(UsageRow),
    fields={
        "id": Field(col(UsageRow.id), int, filters=False),
        "model": Field(col(UsageRow.model)),
        "status": Field(col(UsageRow.status), choices=(SETTLED, INTERRUPTED), sorts=False),
        "channel_id": Field(col(UsageRow.channel_id), int, sorts=False),
        "key_id": Field(col(UsageRow.key_id), int, sorts=False),
        "user_id": Field(col(UsageRow.user_id), int, sorts=False),
        "request_id": Field(col(UsageRow.request_id), sorts=False),
        "reason": Field(col(UsageRow.reason), sorts=False),
        "http_status": Field(col(UsageRow.http_status), int, sorts=False),
        "since": Field(col(UsageRow.at), datetime, sorts=False, holds=ge),
        "until": Field(col(UsageRow.at), datetime, sorts=False, holds=lt),
    },
    searched=(col(UsageRow.exchange_id), col(UsageRow.request_id), col(UsageRow.model)),
    usual="-id",
)


def exchange_shown(row: UsageRow) -> ExchangeShown:
    """Return an exchange as lists show it."""
    return msgspec.convert(row, ExchangeShown, from_attributes=True)


def exchange_told(row: UsageRow) -> ExchangeTold:
    """Return an exchange with its trace."""
    columns = {name: getattr(row, name) for name in ExchangeShown.__struct_fields__}
    return ExchangeTold(**columns, card=row.card, trace=msgspec.convert(row.trace or [], list[Tried]))
