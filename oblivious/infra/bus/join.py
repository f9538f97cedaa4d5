"""From a journal's records to outcomes: pure."""

from collections.abc import Sequence

import msgspec

from oblivious.contracts.events import (
    INTERRUPTED,
    SETTLED,
    Attempt,
    Delivered,
    Ended,
    Opened,
    Outcome,
    Progress,
    Record,
)
from oblivious.contracts.usage import NOTHING
from oblivious.infra.bus.protocols import Price

CAUSE_INTERRUPTED = "interrupted"


class OpenExchange(msgspec.Struct, array_like=True):
    """What is known so far of an exchange that has not ended."""

    opened: Opened
    attempts: list[Attempt] = []
    delivered: Delivered | None = None


class Carried(msgspec.Struct):
    """All that a reader must know of the segments it does not read any more.

    Attributes:
        number: outcomes so far.
        at_ms: when the last record was written, milliseconds since 1970.
        open: exchanges that have not ended, in the order in which they were opened.
    """

    number: int = 0
    at_ms: int = 0
    open: list[OpenExchange] = []


class Joiner:
    """Joins the records of one journal, fed in their order.

    Outcomes are numbered from 1 in the order of their `Ended`, so that every reading gives the same numbers.

    Attributes:
        number: of the last outcome.
        orphans: ends without a beginning, which damage to the files leaves behind.
    """

    def __init__(self, journal: str, carried: Carried) -> None:
        self.number = carried.number
        self.orphans = 0
        self._journal = journal
        self._at_ms = carried.at_ms
        self._open = {exchange.opened.exchange_id: exchange for exchange in carried.open}

    def feed(self, record: Record) -> Outcome | None:
        """Take one record in; return the outcome if it ends an exchange."""
        self._at_ms = max(self._at_ms, record.at_ms)
        match record:
            case Opened():
                self._open.setdefault(record.exchange_id, OpenExchange(record, []))
            case Attempt():
                if exchange := self._open.get(record.exchange_id):
                    exchange.attempts.append(record)
            case Progress():
                self._note(record.streams)
            case Ended():
                return self._end(record)
        return None

    def carried(self) -> Carried:
        """Return what another joiner needs to go on from here."""
        return Carried(self.number, self._at_ms, list(self._open.values()))

    def interrupt(self, price: Price) -> list[Outcome]:
        """End every open exchange, in the order of their beginnings: their worker is dead."""
        exchanges, self._open = list(self._open.values()), {}
        return [self._interrupted(exchange, price) for exchange in exchanges]

    def _note(self, streams: Sequence[Delivered]) -> None:
        for delivered in streams:
            if exchange := self._open.get(delivered.exchange_id):
                exchange.delivered = delivered

    def _end(self, ended: Ended) -> Outcome | None:
        exchange = self._open.pop(ended.exchange_id, None)
        if exchange is None:
            self.orphans += 1
            return None
        return self._outcome(SETTLED, exchange, ended)

    def _interrupted(self, exchange: OpenExchange, price: Price) -> Outcome:
        opened, attempts = exchange.opened, exchange.attempts
        usage, amount = price(opened, exchange.delivered, attempts) if attempts else (NOTHING, 0)
        ended = Ended(
            opened.exchange_id,
            self._at_ms,
            usage,
            amount,
            http_status=0,
            reason=CAUSE_INTERRUPTED,
            first_byte_ms=0,
            total_ms=max(0, self._at_ms - opened.at_ms),
            attempt_id=attempts[-1].attempt_id if attempts else "",
        )
        return self._outcome(INTERRUPTED, exchange, ended)

    def _outcome(self, status: str, exchange: OpenExchange, ended: Ended) -> Outcome:
        self.number += 1
        return Outcome(self._journal, self.number, status, exchange.opened, ended, exchange.attempts)
