"""Whether every exchange that the upstream served was billed, once, and at its price."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from bench.exchanges import NANO_USD_EACH
from bench.waiting import wait_until

_LOOK_EVERY_S = 0.5
_STILL_FOR_S = 2.0


@dataclass(frozen=True)
class Verdict:
    """What the books say beside the upstream's own log.

    Attributes:
        served: attempts that the upstream wrote down.
        rows: usage rows.
        lost: attempts served, and in no usage row.
        twice: attempts in more than one usage row, or served twice.
        cut: exchanges whose client left before the end; they are billed by an estimate.
        unasked: attempts in a usage row that never reached the upstream: all are of clients that left.
        wrong: rows with the upstream's own usage that were not billed the exact price.
        unbalanced: nano-USD by which the ledger, the accounts and the usage rows disagree.
    """

    served: int
    rows: int
    lost: int
    twice: int
    cut: int
    unasked: int
    wrong: int
    unbalanced: int

    @property
    def exact(self) -> bool:
        """Whether nothing was lost, nothing billed twice, and nothing billed wrong."""
        return not (self.lost or self.twice or self.wrong or self.unbalanced) and self.unasked <= self.cut


class Books:
    """Reads the database that settlement writes, and the upstream's log."""

    def __init__(self, database_url: str, served: Path) -> None:
        self._url = database_url.replace("postgresql+asyncpg://", "postgresql://")
        self._served = served
        self._last_row = 0

    def settled(self) -> int:
        """Return how many exchanges are settled."""
        return int(self._rows(_SETTLED)[0][0])

    def newly_settled(self) -> int:
        """Return how many exchanges were settled since the last call; cheap however many there are."""
        count, last = self._rows(_NEWLY.format(after=self._last_row))[0]
        self._last_row = last or self._last_row
        return int(count)

    def served(self) -> int:
        """Return how many attempts the upstream has written down."""
        return self._served.read_bytes().count(b"\n")

    def drain(self, seconds: float = 900) -> float:
        """Wait until all that was served is settled, and no more comes; return how long that took.

        Raises:
            TimeoutError: settlement did not keep up.
        """
        start = last_change = time.monotonic()
        seen = -1

        def quiet() -> bool:
            nonlocal seen, last_change
            now, settled = time.monotonic(), self.settled()
            if settled != seen:
                seen, last_change = settled, now
            return settled >= self.served() and now - last_change >= _STILL_FOR_S

        wait_until(quiet, seconds, every=_LOOK_EVERY_S)
        return last_change - start

    def audit(self) -> Verdict:
        """Compare everything; call it when all is drained."""
        served = Counter(self._served.read_text().split())
        rows = self._rows(_ROWS)
        billed = Counter(attempt for (attempts, *_) in rows for attempt in attempts)
        told = [amount for (_, amount, estimated, _) in rows if not estimated]
        return Verdict(
            served=len(served),
            rows=len(rows),
            lost=len(served.keys() - billed.keys()),
            twice=sum(n > 1 for n in billed.values()) + sum(n > 1 for n in served.values()),
            cut=sum(bool(reason) for (*_, reason) in rows),
            unasked=len(billed.keys() - served.keys()),
            wrong=sum(amount != NANO_USD_EACH for amount in told),
            unbalanced=sum(abs(int(value)) for (value,) in self._rows(_BALANCE)),
        )

    def _rows(self, query: str) -> list[Any]:
        return asyncio.run(self._fetch(query))

    async def _fetch(self, query: str) -> list[Any]:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.set_type_codec("jsonb", encoder=str, decoder=json.loads, schema="pg_catalog")
            await connection.set_type_codec("json", encoder=str, decoder=json.loads, schema="pg_catalog")
            return list(await connection.fetch(query))
        finally:
            await connection.close()


_SETTLED = "SELECT count(*) FROM usage_rows"
_NEWLY = "SELECT count(*), max(id) FROM usage_rows WHERE id > {after}"
_ROWS = "SELECT attempt_ids, amount_nano_usd, estimated, reason FROM usage_rows"
# Entries sum to zero; each account's balance is the sum of its entries; usage rows and usage postings agree.
_BALANCE = """
SELECT coalesce(sum(amount_nano_usd), 0) FROM entries
UNION ALL
SELECT a.balance_nano_usd - coalesce(
        (SELECT sum(e.amount_nano_usd) FROM entries e WHERE e.account_id = a.id), 0)
    FROM accounts a WHERE a.kind = 'user'
UNION ALL
SELECT (SELECT coalesce(sum(amount_nano_usd), 0) FROM usage_rows)
     + (SELECT coalesce(sum(e.amount_nano_usd), 0) FROM entries e
        JOIN postings p ON p.id = e.posting_id JOIN accounts a ON a.id = e.account_id
        WHERE p.kind = 'usage' AND a.kind = 'user')
"""
