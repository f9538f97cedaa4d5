"""What a request draws from, as data."""

import enum

import msgspec


class MeterKind(enum.StrEnum):
    """How a meter fills and empties.

    WINDOW counts what was taken in the last `window_ms`, sliding; GAUGE counts what is held right now.
    """

    WINDOW = "window"
    GAUGE = "gauge"


class Meter(msgspec.Struct, frozen=True, gc=False):
    """One limit and what an exchange takes from it.

    Attributes:
        name: as people know it: `requests per minute of the key`.
        key: where the store keeps it, without the account: `k12:rpm`.
        limit: the most that may be taken; requests, tokens or exchanges.
        cost: what this exchange takes at admission; corrected at its end.
        window_ms: the length of a WINDOW; 0 for a GAUGE.
    """

    name: str
    key: str
    kind: MeterKind
    limit: int
    cost: int = 1
    window_ms: int = 0


class Need(msgspec.Struct, frozen=True, gc=False):
    """Everything an exchange asks of its own account, taken together or not at all.

    Attributes:
        amount: what is held on the wallet, nano-USD.
        floor: the lowest balance the wallet may be brought to, nano-USD; None means it is never refused.
        lease_ms: how long the hold lives unless it is renewed.
    """

    exchange_id: str
    account_id: int
    amount: int
    floor: int | None
    meters: tuple[Meter, ...]
    lease_ms: int


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What is left of one meter after a take, and when it will be full again (milliseconds)."""

    remaining: int
    reset_ms: int


class Taken(msgspec.Struct, frozen=True, gc=False):
    """The store's answer to a take.

    Attributes:
        refused_by: index into the need's meters, -1 when all granted, `len(meters)` when the wallet refused.
        retry_after_ms: when a refusing meter has room for this cost again; 0 if it never has.
        readings: one per meter of the need, in its order, also on refusal.
    """

    refused_by: int
    retry_after_ms: int
    readings: tuple[Reading, ...]
