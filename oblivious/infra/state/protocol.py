"""What the road, settlement and the reaper ask of a state store; `docs/wallet.md` draws its wallet."""

import enum
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Protocol

import msgspec

from oblivious.contracts.meters import Need, Taken


class Standing(enum.StrEnum):
    """Where an exchange stands in its account's wallet; one that is absent has no entry."""

    HELD = "held"
    SPENT = "spent"
    EARLY = "early"
    TOMBSTONE = "tombstone"

    @property
    def counts(self) -> bool:
        """Whether the exchange's amount counts against its account."""
        return self in {Standing.HELD, Standing.SPENT}


class Settled(msgspec.Struct, frozen=True, gc=False):
    """What the ledger now holds of one account.

    Attributes:
        exchange_ids: the exchanges it has posted; those that cost nothing may be left out.
        posted: the account's balance in nano-USD after them, or later.
        sequence: the number of that balance; a higher one is newer.
    """

    account_id: int
    exchange_ids: Sequence[str]
    posted: int
    sequence: int


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What is to be known again of an exchange after the store has lost its data.

    Attributes:
        standing: HELD by the gateway it runs in, SPENT by the journal that remembers its end.
        amount: nano-USD held or spent.
        lease_ms: how long a hold lives; of no use for SPENT.
        gauges: the key and cost of each GAUGE that a HELD exchange fills.
    """

    account_id: int
    exchange_id: str
    standing: Standing
    amount: int
    lease_ms: int = 0
    gauges: tuple[tuple[str, int], ...] = ()


class EntryView(msgspec.Struct, frozen=True, gc=False):
    """An entry as it stands: EARLY and TOMBSTONE have the amount 0."""

    standing: Standing
    amount: int


class WalletView(msgspec.Struct, frozen=True, gc=False):
    """The wallet of one account, for people and tests.

    Attributes:
        posted: the ledger's balance, nano-USD; None while it is unknown.
        total: what the entries hold and have spent together, nano-USD.
        gauges: by meter key; those that are empty may be left out.
        entries: by exchange id.
    """

    posted: int | None
    sequence: int
    total: int
    gauges: Mapping[str, int]
    entries: Mapping[str, EntryView]

    @property
    def available(self) -> int | None:
        """What may still be held, nano-USD; None while the wallet is unknown."""
        return None if self.posted is None else self.posted - self.total


class StateStore(Protocol):
    """Meters, wallets and small values, shared by all gateways of an installation.

    Everything but `finish` raises `StoreUnreachable` when the store is out of reach.
    """

    @property
    def lost_ends(self) -> int:
        """How many `finish` calls never reached the store; leases and settlement made up for them."""
        ...

    def take(self, need: Need) -> Awaitable[Taken]:
        """Take all of `need` from its account, or nothing. Asked again for the same exchange, grant it again.

        Raises:
            WalletUnknown: seed the wallet and take again.
        """
        ...

    def finish(self, need: Need, spent: int, corrections: tuple[int, ...]) -> None:
        """Give back what an exchange holds and owe `spent` nano-USD for it. Never raises or waits.

        `corrections` is what each WINDOW meter of the need was taken too little (or, below zero, too much),
        in the need's order, 0 for a GAUGE; it may be empty.
        """
        ...

    async def renew(self, holds: Sequence[tuple[int, str]], lease_ms: int) -> None:
        """Let the holds (account id, exchange id) live for at least `lease_ms` from now."""
        ...

    async def seed(self, account_id: int, posted: int, sequence: int) -> None:
        """Tell the ledger's balance of an account; anything but news is ignored."""
        ...

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Tell what the ledger has posted; may be told again, late and out of order."""
        ...

    async def reput(self, entries: Sequence[Entry]) -> None:
        """Put back what was lost with the store's data; what is known or settled there stays."""
        ...

    async def knows(self, account_id: int) -> bool:
        """Whether the account's balance is known."""
        ...

    async def wallet(self, account_id: int) -> WalletView | None:
        """Return the wallet as it stands; None if nothing at all is known of the account.

        It is as long as the account is busy, and read piece by piece: for people and tests, and exact only
        where nothing moves.
        """
        ...

    def unsettled(self, account_id: int) -> AsyncIterator[Sequence[str]]:
        """Yield the exchanges that count against the account as held or spent, some hundreds at a time.

        One that comes or goes meanwhile may be left out, or named twice.
        """
        ...

    async def epoch(self) -> str:
        """Return a word that changes when, and only when, the data was lost."""
        ...

    async def get(self, key: str) -> bytes | None:
        """Return the small value, or None if it is not there (any more)."""
        ...

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Return what `get` returns for each key, in one round trip."""
        ...

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """Keep a small value for `ttl_ms`; it may be dropped before."""
        ...

    async def forget(self, *keys: str) -> None:
        """Drop small values."""
        ...

    async def sweep(self) -> int:
        """Take away a bounded number of ended leases and tombstones, and return how many."""
        ...

    async def close(self) -> None:
        """Send what is on its way, then let go."""
        ...
