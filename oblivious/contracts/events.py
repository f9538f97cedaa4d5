"""What the journal remembers and the bus carries.

An exchange leaves four kinds of record in its worker's journal: `Opened` when it is admitted, `Attempt`
before an attempt's first upstream byte, `Progress` once a second for all streams of a worker, `Ended`
when it is over. The reader of a journal joins them into one `Outcome` for each exchange.
"""

import msgspec

from oblivious.contracts.usage import Usage

SETTLED = "settled"
INTERRUPTED = "interrupted"


class Opened(msgspec.Struct, frozen=True, gc=False, tag="opened", tag_field="t", array_like=True):
    """An exchange was admitted.

    Attributes:
        at_ms: milliseconds since 1970.
        hold: nano-USD held on the account's wallet.
        estimate: input tokens as estimated at admission; billed if the exchange is interrupted.
        card: the frozen rate card, encoded as JSON.
    """

    exchange_id: str
    at_ms: int
    key_id: int
    user_id: int
    account_id: int
    group: str
    dialect: str
    endpoint: str
    model: str
    stream: bool
    hold: int
    estimate: int
    card: msgspec.Raw
    request_id: str = ""


class Attempt(msgspec.Struct, frozen=True, gc=False, tag="attempt", tag_field="t", array_like=True):
    """One channel key is about to be tried; written before its first upstream byte."""

    exchange_id: str
    attempt_id: str
    at_ms: int
    channel_id: int
    channel_key_id: int
    upstream_model: str


class Delivered(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one stream has handed to its client so far; `output_tokens` is an estimate by text length."""

    exchange_id: str
    output_tokens: int


class Progress(msgspec.Struct, frozen=True, gc=False, tag="progress", tag_field="t", array_like=True):
    """What all live streams of one worker have delivered."""

    at_ms: int
    streams: list[Delivered]


class Tried(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One step of how an exchange was served, for people: an attempt, or why there was none.

    Attributes:
        channel, key_id: who was asked, or passed over.
        model: the provider's name for the model.
        outcome: `ok`, or the class of the failure: `rate`, `timeout` ...; `full`, `taken`, `waited`.
        status: the provider's HTTP status, 0 if none came.
        at_ms: when it began, from the request's arrival.
        ms: how long it took.
        reason: the failure in words, or the meter that was full.
        shaped: the operations that changed the request.
    """

    channel: str
    key_id: int
    model: str
    outcome: str
    at_ms: int
    ms: int = 0
    attempt_id: str = ""
    status: int = 0
    reason: str = ""
    shaped: tuple[str, ...] = ()


class Ended(msgspec.Struct, frozen=True, gc=False, tag="ended", tag_field="t", array_like=True):
    """An exchange is over.

    Attributes:
        amount: nano-USD by the frozen rate card; the ledger line.
        http_status: what the client saw; 499 when it went away first.
        reason: why it failed, one of the codes of the error tree; empty on success.
        first_byte_ms, total_ms: from the request's arrival.
        trace: what was tried, where it was more than one attempt that went well.
    """

    exchange_id: str
    at_ms: int
    usage: Usage
    amount: int
    http_status: int
    reason: str
    first_byte_ms: int
    total_ms: int
    attempt_id: str = ""
    trace: tuple[Tried, ...] = ()


Record = Opened | Attempt | Progress | Ended


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """How one exchange ended, whole, as the bus carries it to settlement.

    `(journal, number)` is its place: numbers are dense and start at 1 in every journal, so settlement can
    say up to where a journal is done. `status` is `settled` or `interrupted`. An exchange that never made
    an attempt costs nothing and has no channel (0).
    """

    journal: str
    number: int
    status: str
    opened: Opened
    ended: Ended
    attempts: list[Attempt]
    part: int = 0
