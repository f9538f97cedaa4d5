"""The wallet of one account, pure: `docs/wallet.md` as code. Times are milliseconds of one clock."""

import heapq

from oblivious.infra.state.protocol import EntryView, Standing, WalletView

TOMBSTONE_MS = 600_000
"""How long a tombstone lives whose exchange may still end: beyond any lease and retry."""

ENDED_TOMBSTONE_MS = 60_000
"""How long a tombstone lives once the exchange has ended too."""

SWEPT_ENTRIES = 200
"""What one sweep takes away at most: everybody else waits for it, some milliseconds."""

Gauges = tuple[tuple[str, int], ...]
_OPEN = (Standing.HELD, Standing.EARLY)


class _Entry:
    """One exchange; `due` is when its lease or its life ends, and has no meaning once it is spent."""

    __slots__ = ("amount", "due", "gauges", "standing", "taken_at")

    def __init__(self, standing: Standing, amount: int, due: int, taken_at: int, gauges: Gauges) -> None:
        self.standing = standing
        self.amount = amount
        self.due = due
        self.taken_at = taken_at
        self.gauges = gauges


class Wallet:
    """What an account's exchanges hold and have spent, beside what its ledger has posted."""

    __slots__ = ("_due", "_entries", "gauges", "posted", "sequence", "total")

    def __init__(self) -> None:
        self.posted: int | None = None
        self.sequence = 0
        self.total = 0
        self.gauges: dict[str, int] = {}
        self._entries: dict[str, _Entry] = {}
        # Each entry that ends by itself is here at least once, never later than it is due.
        self._due: list[tuple[int, str]] = []

    @property
    def blank(self) -> bool:
        """Whether nothing at all is known of the account."""
        return self.posted is None and not self._entries

    def knows(self, exchange: str) -> bool:
        """Whether the exchange has an entry."""
        return exchange in self._entries

    def hold(self, exchange: str, amount: int, gauges: Gauges, *, until: int, taken_at: int) -> None:
        """Take: absent becomes held."""
        self.total += amount
        for key, cost in gauges:
            self.gauges[key] = self.gauges.get(key, 0) + cost
        self._put(exchange, _Entry(Standing.HELD, amount, until, taken_at, gauges))

    def finish(self, exchange: str, spent: int, now: int) -> int | None:
        """End an exchange, once; a repeat changes nothing.

        Returns:
            When it was taken, 0 if nobody knows any more, None if it had ended before.
        """
        entry = self._entries.get(exchange)
        if entry is None:
            self._owe(exchange, spent)
            return 0
        if entry.standing not in _OPEN:
            return None
        self._let_go(exchange, entry)
        if entry.standing is Standing.EARLY:
            self._bury(exchange, now + ENDED_TOMBSTONE_MS)
        else:
            self._owe(exchange, spent)
        return entry.taken_at

    def renew(self, exchange: str, until: int) -> None:
        """Let a lease end at `until` at the earliest."""
        entry = self._entries.get(exchange)
        if entry is not None:
            entry.due = max(entry.due, until)

    def seed(self, posted: int, sequence: int) -> None:
        """Believe the ledger if it has news."""
        if self.posted is None or sequence > self.sequence:
            self.posted = posted
            self.sequence = sequence

    def hear(self, posted: int, sequence: int) -> None:
        """Believe a settlement if it has news; a wallet that is unknown stays so.

        Only a seed ends that: whoever seeds has made sure that nobody holds what the wallet does not know.
        """
        if self.posted is not None:
            self.seed(posted, sequence)

    def settle(self, exchange: str, now: int) -> None:
        """Stop counting what the ledger has posted."""
        entry = self._entries.get(exchange)
        if entry is None:
            self._bury(exchange, now + TOMBSTONE_MS)
            return
        self.total -= entry.amount
        entry.amount = 0
        if entry.standing is Standing.HELD:
            entry.standing = Standing.EARLY
        elif entry.standing is Standing.SPENT:
            self._bury(exchange, now + ENDED_TOMBSTONE_MS)

    def reput_held(self, exchange: str, amount: int, gauges: Gauges, until: int) -> None:
        """Know a lost hold again; when it was taken stays unknown."""
        if exchange not in self._entries:
            self.hold(exchange, amount, gauges, until=until, taken_at=0)

    def reput_spent(self, exchange: str, amount: int) -> None:
        """Know a lost debt again."""
        entry = self._entries.get(exchange)
        if entry is None:
            self._owe(exchange, amount)
        elif entry.standing is Standing.HELD:
            self._let_go(exchange, entry)
            self._owe(exchange, amount)

    def release(self, now: int, most: int) -> int:
        """Take away up to `most` entries that are due, the oldest first, and return how many."""
        released = 0
        while released < most and self._due and self._due[0][0] <= now:
            _, exchange = heapq.heappop(self._due)
            entry = self._entries.get(exchange)
            if entry is None or entry.standing is Standing.SPENT:
                continue
            if entry.due > now:
                heapq.heappush(self._due, (entry.due, exchange))
                continue
            self._end_by_itself(exchange, entry, now)
            released += 1
        return released

    def counted(self) -> list[str]:
        """Return the exchanges that count against the account."""
        return [exchange for exchange, entry in self._entries.items() if entry.standing.counts]

    def view(self) -> WalletView:
        """Show the wallet as it stands."""
        entries = {exchange: EntryView(e.standing, e.amount) for exchange, e in self._entries.items()}
        return WalletView(self.posted, self.sequence, self.total, dict(self.gauges), entries)

    def _end_by_itself(self, exchange: str, entry: _Entry, now: int) -> None:
        if entry.standing is Standing.TOMBSTONE:
            del self._entries[exchange]
            return
        self._let_go(exchange, entry)
        if entry.standing is Standing.EARLY:
            self._bury(exchange, now + TOMBSTONE_MS)

    def _let_go(self, exchange: str, entry: _Entry) -> None:
        """Forget what an open exchange holds of the money and the gauges."""
        self.total -= entry.amount
        for key, cost in entry.gauges:
            left = self.gauges[key] - cost
            if left:
                self.gauges[key] = left
            else:
                del self.gauges[key]
        del self._entries[exchange]

    def _owe(self, exchange: str, spent: int) -> None:
        if spent:
            self.total += spent
            self._entries[exchange] = _Entry(Standing.SPENT, spent, 0, 0, ())

    def _bury(self, exchange: str, until: int) -> None:
        self._put(exchange, _Entry(Standing.TOMBSTONE, 0, until, 0, ()))

    def _put(self, exchange: str, entry: _Entry) -> None:
        self._entries[exchange] = entry
        heapq.heappush(self._due, (entry.due, exchange))
