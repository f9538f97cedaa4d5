"""The state store that all gateways of an installation share."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from oblivious.contracts.ids import new_id
from oblivious.contracts.meters import Need, Reading, Taken
from oblivious.infra.state.errors import StateStoreError, StoreUnreachable, WalletUnknown
from oblivious.infra.state.protocol import Entry, Settled, WalletView
from oblivious.infra.state.redis.address import Address
from oblivious.infra.state.redis.connection import Answer, Connection, Word
from oblivious.infra.state.redis.scripts import SERVER_TIME, scripts
from oblivious.infra.state.redis.text import field_of, read_wallet, write_entry
from oblivious.infra.state.redis.wire import Asker

_BATCH = 500
"""Exchanges that one script call may name: its arguments must fit Lua's stack."""

_SCANNED_KEYS = 5_000
_KEYS_A_SCAN = 500
_SWEPT_ENTRIES = 1_000
_SAMPLED_FIELDS = 20
_WALLET_UNKNOWN = -2
_EPOCH = "ob:epoch"


class RedisStateStore:
    """A `StateStore` in Redis 6.2 or later; open it before use.

    `clock` is Lua that sets `now` to milliseconds: the server's clock, but for tests.
    """

    def __init__(self, url: str, *, clock: str = SERVER_TIME, deadline_ms: int = 1_000) -> None:
        self._scripts = scripts(clock)
        self._connection = Connection(Address.parse(url), self._scripts.sources, deadline_ms=deadline_ms)
        self._cursor = b"0"
        self._lost_ends = _LostEnds()

    @property
    def lost_ends(self) -> int:
        """See `StateStore.lost_ends`."""
        return self._lost_ends.count

    async def open(self) -> None:
        """Connect; if that fails, calls raise StoreUnreachable until it succeeds by itself."""
        await self._connection.open()

    def take(self, need: Need) -> Awaitable[Taken]:
        """See `StateStore.take`."""
        floor = need.floor
        words: list[Word] = [need.exchange_id, need.amount, "" if floor is None else floor, need.lease_ms]
        for meter in need.meters:
            words += (field_of(meter), meter.limit, meter.cost, meter.window_ms)
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._send(self._scripts.take, need.account_id, words, _TakeAnswer(future, need.account_id))
        return future

    def finish(self, need: Need, spent: int, corrections: tuple[int, ...]) -> None:
        """See `StateStore.finish`."""
        words: list[Word] = [need.exchange_id, spent]
        for meter, delta in zip(need.meters, corrections, strict=False):
            if delta:
                words += (field_of(meter), delta, meter.window_ms)
        try:
            self._send(self._scripts.finish, need.account_id, words, self._lost_ends)
        except StoreUnreachable as error:
            self._lost_ends.fail(error)

    async def renew(self, holds: Sequence[tuple[int, str]], lease_ms: int) -> None:
        """See `StateStore.renew`."""
        await self._each_account(
            self._scripts.renew,
            ((account, (lease_ms, *some)) for account, some in _by_account(holds)),
        )

    async def seed(self, account_id: int, posted: int, sequence: int) -> None:
        """See `StateStore.seed`."""
        await self._script(self._scripts.seed, account_id, (posted, sequence))

    async def settle(self, settled: Sequence[Settled]) -> None:
        """See `StateStore.settle`."""
        await self._each_account(
            self._scripts.settle,
            (
                (news.account_id, (news.posted, news.sequence, *some))
                for news in settled
                for some in _batches(list(dict.fromkeys(news.exchange_ids)))
            ),
        )

    async def reput(self, entries: Sequence[Entry]) -> None:
        """See `StateStore.reput`."""
        written = ((entry.account_id, write_entry(entry)) for entry in entries)
        await self._each_account(
            self._scripts.reput,
            (
                (account, tuple(word for entry in some for word in entry))
                for account, some in _by_account(written)
            ),
        )

    async def knows(self, account_id: int) -> bool:
        """See `StateStore.knows`."""
        found: int = await self._connection.call("HEXISTS", f"ob:{{a{account_id}}}:wallet", ".posted")
        return found == 1

    async def wallet(self, account_id: int) -> WalletView | None:
        """See `StateStore.wallet`."""
        key, cursor, fields = f"ob:{{a{account_id}}}:wallet", b"0", dict[bytes, bytes]()
        while True:
            cursor, flat = await self._connection.call("HSCAN", key, cursor, "COUNT", _KEYS_A_SCAN)
            fields.update(zip(flat[::2], flat[1::2], strict=True))
            if cursor == b"0":
                return read_wallet(fields)

    async def epoch(self) -> str:
        """See `StateStore.epoch`."""
        _, kept = await asyncio.gather(
            self._connection.call("SET", _EPOCH, new_id(), "NX"), self._connection.call("GET", _EPOCH)
        )
        epoch: bytes = kept
        return epoch.decode()

    async def get(self, key: str) -> bytes | None:
        """See `StateStore.get`."""
        value: bytes | None = await self._connection.call("GET", _value(key))
        return value

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """See `StateStore.put`."""
        await self._connection.call("SET", _value(key), value, "PX", ttl_ms)

    async def forget(self, *keys: str) -> None:
        """See `StateStore.forget`."""
        await asyncio.gather(*[self._connection.call("DEL", _value(key)) for key in keys])

    async def sweep(self) -> int:
        """See `StateStore.sweep`; a call looks at some 5,000 keys, the next call at the next ones."""
        swept = 0
        for _ in range(_SCANNED_KEYS // _KEYS_A_SCAN):
            self._cursor, found = await self._connection.call(
                "SCAN", self._cursor, "MATCH", "ob:{a*}:due", "COUNT", _KEYS_A_SCAN, "TYPE", "zset"
            )
            accounts = [int(key[len("ob:{a") : -len("}:due")]) for key in found]
            swept += sum(
                await asyncio.gather(
                    *[
                        self._script(self._scripts.sweep, account, (_SWEPT_ENTRIES, _SAMPLED_FIELDS))
                        for account in accounts
                    ]
                )
            )
            if self._cursor == b"0" or swept >= _SWEPT_ENTRIES:
                break
        return swept

    async def close(self) -> None:
        """See `StateStore.close`."""
        await self._connection.close()

    def _send(self, sha: str, account: int, words: Iterable[Word], asker: Asker) -> None:
        self._connection.send(("EVALSHA", sha, 2, *_keys(account), *words), asker)

    def _script(self, sha: str, account: int, words: Iterable[Word]) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._send(sha, account, words, Answer(future))
        return future

    async def _each_account(self, sha: str, calls: Iterable[tuple[int, tuple[Word, ...]]]) -> None:
        await asyncio.gather(*[self._script(sha, account, words) for account, words in calls])


class _TakeAnswer(Answer):
    """Reads the flat reply of the take script."""

    __slots__ = ("_account_id",)

    def __init__(self, future: asyncio.Future[Any], account_id: int) -> None:
        self.future = future
        self._account_id = account_id

    def answer(self, reply: list[int]) -> None:
        """Resolve with what was taken, or with WalletUnknown."""
        if self.future.done():
            return
        if reply[0] == _WALLET_UNKNOWN:
            self.future.set_exception(WalletUnknown(self._account_id))
            return
        readings = tuple(map(Reading, reply[2::2], reply[3::2]))
        self.future.set_result(Taken(reply[0], reply[1], readings))


class _LostEnds:
    """The asker of all finishes: nobody waits for them, but the lost ones are counted."""

    def __init__(self) -> None:
        self.count = 0

    def answer(self, reply: Any) -> None:
        """It arrived."""

    def fail(self, error: StateStoreError) -> None:  # noqa: ARG002 - counted, whatever it was
        """Leases and settlement make up for it."""
        self.count += 1


@lru_cache(10_000)
def _keys(account: int) -> tuple[str, str]:
    """Return the two keys of an account; the tag in them keeps both in one slot."""
    tag = f"ob:{{a{account}}}:"
    return tag + "wallet", tag + "due"


def _value(key: str) -> str:
    return f"ob:value:{key}"


def _by_account(pairs: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, list[Any]]]:
    """Yield each account with its items, in batches."""
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for account, item in pairs:
        grouped[account].append(item)
    for account, items in grouped.items():
        for some in _batches(items):
            yield account, some


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    """Yield the items in batches; one empty batch if there are none."""
    for start in range(0, max(1, len(items)), _BATCH):
        yield items[start : start + _BATCH]
