"""The state store that all gateways of an installation share."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from oblivious.contracts.ids import new_id
from oblivious.contracts.meters import Need, Taken
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.protocol import Entry, Settled, WalletView
from oblivious.infra.state.redis.address import Address
from oblivious.infra.state.redis.connection import Connection, Word
from oblivious.infra.state.redis.draws import RedisDraws
from oblivious.infra.state.redis.scripts import SERVER_TIME, scripts
from oblivious.infra.state.redis.text import counted, read_wallet, write_entry
from oblivious.infra.state.redis.turn import MOST, Turn
from oblivious.infra.state.wallet import SWEPT_ENTRIES

_BATCH = 500
"""Exchanges that one script call may name: its arguments must fit Lua's stack."""

_SCANNED_KEYS = 5_000
_KEYS_A_SCAN = 500
_SAMPLED_FIELDS = 20
_EPOCH = "ob:epoch"


class RedisStateStore:
    """A `StateStore` in Redis 6.2 or later; open it before use.

    `clock` is Lua that sets `now` to milliseconds: the server's clock, but for tests.
    """

    def __init__(self, url: str, *, clock: str = SERVER_TIME, deadline_ms: int = 1_000) -> None:
        self._scripts = scripts(clock)
        self._connection = Connection(Address.parse(url), self._scripts.sources, deadline_ms=deadline_ms)
        self._cursor = b"0"
        self._lost_ends = 0
        self._turns: dict[int, Turn] = {}

    @property
    def lost_ends(self) -> int:
        """See `StateStore.lost_ends`."""
        return self._lost_ends

    async def open(self) -> None:
        """Connect; if that fails, calls raise StoreUnreachable until it succeeds by itself."""
        await self._connection.open()

    def draws(self) -> RedisDraws:
        """Return the draws that go over the same connection."""
        return RedisDraws(self._connection, self._scripts)

    def take(self, need: Need) -> Awaitable[Taken]:
        """See `StateStore.take`."""
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        turn = self._turn_of(need.account_id)
        turn.take(need, future)
        if turn.size == MOST:
            self._send_turns()
        return future

    def finish(self, need: Need, spent: int, corrections: tuple[int, ...]) -> None:
        """See `StateStore.finish`."""
        if not self._connection.connected:
            self._lose(1)
            return
        turn = self._turn_of(need.account_id)
        turn.finish(need, spent, corrections)
        if turn.size == MOST:
            self._send_turns()

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
        found: int = await self._call("HEXISTS", _keys(account_id)[0], ".posted")
        return found == 1

    async def wallet(self, account_id: int) -> WalletView | None:
        """See `StateStore.wallet`."""
        fields: dict[bytes, bytes] = {}
        async for some in self._fields(account_id):
            fields.update(some)
        return read_wallet(fields)

    async def unsettled(self, account_id: int) -> AsyncIterator[Sequence[str]]:
        """See `StateStore.unsettled`."""
        async for fields in self._fields(account_id):
            yield counted(fields)

    async def epoch(self) -> str:
        """See `StateStore.epoch`."""
        _, kept = await asyncio.gather(self._call("SET", _EPOCH, new_id(), "NX"), self._call("GET", _EPOCH))
        epoch: bytes = kept
        return epoch.decode()

    async def get(self, key: str) -> bytes | None:
        """See `StateStore.get`."""
        value: bytes | None = await self._call("GET", _value(key))
        return value

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """See `StateStore.get_many`."""
        values: list[bytes | None] = await self._call("MGET", *map(_value, keys)) if keys else []
        return values

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """See `StateStore.put`."""
        await self._call("SET", _value(key), value, "PX", ttl_ms)

    async def forget(self, *keys: str) -> None:
        """See `StateStore.forget`."""
        await asyncio.gather(*[self._call("DEL", _value(key)) for key in keys])

    async def sweep(self) -> int:
        """See `StateStore.sweep`; a call looks at some 5,000 keys, the next call at the next ones."""
        swept = 0
        for _ in range(_SCANNED_KEYS // _KEYS_A_SCAN):
            self._cursor, found = await self._call(
                "SCAN", self._cursor, "MATCH", "ob:{a*}:due", "COUNT", _KEYS_A_SCAN, "TYPE", "zset"
            )
            accounts = [int(key[len("ob:{a") : -len("}:due")]) for key in found]
            swept += sum(
                await asyncio.gather(
                    *[
                        self._script(self._scripts.sweep, account, (SWEPT_ENTRIES, _SAMPLED_FIELDS))
                        for account in accounts
                    ]
                )
            )
            if self._cursor == b"0" or swept >= SWEPT_ENTRIES:
                break
        return swept

    async def close(self) -> None:
        """See `StateStore.close`."""
        self._send_turns()
        await self._connection.close()

    def _turn_of(self, account_id: int) -> Turn:
        turns = self._turns
        turn = turns.get(account_id)
        if turn is None:
            if not turns:
                asyncio.get_running_loop().call_soon(self._send_turns)
            turn = turns[account_id] = Turn(account_id, self._lose)
        return turn

    def _send_turns(self) -> None:
        """Send what was asked for so far; before every other command, so that all keep their order."""
        turns, self._turns = self._turns, {}
        for account_id, turn in turns.items():
            try:
                self._connection.send(_evalsha(self._scripts.turn, account_id, turn.words), turn)
            except StoreUnreachable as error:
                turn.fail(error)

    def _lose(self, ends: int) -> None:
        self._lost_ends += ends

    def _call(self, *words: Word) -> asyncio.Future[Any]:
        self._send_turns()
        return self._connection.call(*words)

    def _script(self, sha: str, account: int, words: Iterable[Word]) -> asyncio.Future[Any]:
        return self._call(*_evalsha(sha, account, words))

    async def _fields(self, account_id: int) -> AsyncIterator[Iterable[tuple[bytes, bytes]]]:
        """Yield all that a wallet has, field by value, some at a time."""
        cursor, (key, _) = b"", _keys(account_id)
        while cursor != b"0":
            cursor, flat = await self._call("HSCAN", key, cursor or b"0", "COUNT", _KEYS_A_SCAN)
            yield zip(flat[::2], flat[1::2], strict=True)

    async def _each_account(self, sha: str, calls: Iterable[tuple[int, tuple[Word, ...]]]) -> None:
        await asyncio.gather(*[self._script(sha, account, words) for account, words in calls])


def _evalsha(sha: str, account: int, words: Iterable[Word]) -> tuple[Word, ...]:
    return ("EVALSHA", sha, 2, *_keys(account), *words)


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
