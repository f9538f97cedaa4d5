"""A road of fakes around the real steps, and exchanges to send along it."""

import asyncio
import json
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Self, TypeVar

import msgspec
from typing_extensions import override

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, Endpoint
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.registry import PROVIDERS, face_of
from oblivious.billing.genai import PriceData
from oblivious.billing.pricebook import PriceBook
from oblivious.channels.candidate import Candidate
from oblivious.channels.directory import ListedModel, Offer, build_directory
from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import UnknownKey
from oblivious.contracts.events import Attempt, Ended, Opened, Record
from oblivious.contracts.meters import Need, Taken
from oblivious.contracts.money import RateCard, Rates
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Limits, Road
from oblivious.gateway.road.relay import relay
from oblivious.gateway.road.report import ExchangeLine
from oblivious.gateway.road.wallets import Wallets
from oblivious.identity.callers import Callers
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.telemetry.tally import Tally
from oblivious.infra.upstream import Deadlines
from tests.fakes.candidates import candidate
from tests.fakes.clients import FakeClient
from tests.fakes.fetchers import FakeFetcher
from tests.fakes.upstreams import Asked, Reply, ScriptedResponse, ScriptedUpstream

KEY = "sk-caller"
MODEL = "gpt"
ACCOUNT = 3
FUNDS = 1_000_000_000
CALLER = Caller(key_id=7, key_name="k", user_id=1, account_id=ACCOUNT, group="default")
CARD = RateCard(Rates(Decimal("0.000001"), Decimal("0.000002")), source="price set for the test")
"""A thousand nano-USD for each token that comes in, two thousand for each that goes out."""

T = TypeVar("T")

_DEADLINES = Deadlines(connect_ms=1_000, first_byte_ms=1_000, idle_ms=1_000, total_ms=60_000)


class FakeJournal:
    """Remembers records; `written` are those on disk.

    Attributes:
        refused: a kind of record that is not taken.
        full: there is no room for another exchange.
        broken: what writing fails with.
    """

    room_bytes = 1_000_000

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.written: tuple[Record, ...] = ()
        self.full = False
        self.refused: type[Record] | None = None
        self.broken: OSError | None = None

    def append(self, record: Record) -> None:
        """Take a record."""
        if type(record) is self.refused:
            raise ValueError("the record is too long")
        self.records.append(record)

    def after_write(self, go: Callable[[BaseException | None], None]) -> None:
        """Write when the loop's turn ends, then go."""
        asyncio.get_running_loop().call_soon(self._write, go)

    def has_room(self, in_flight: int) -> bool:
        """Say whether another exchange fits."""
        return not self.full

    def _write(self, go: Callable[[BaseException | None], None]) -> None:
        if self.broken is None:
            self.written = tuple(self.records)
        go(self.broken)

    def of(self, kind: type[T]) -> list[T]:
        """Return the records of a kind."""
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def kinds(self) -> list[str]:
        """The kinds of all records, in order."""
        return [type(record).__name__ for record in self.records]


class FakeStore(MemoryStateStore):
    """The in-process store, asked as one on the network is; it can be out of reach, or just for writes."""

    def __init__(self) -> None:
        super().__init__()
        self.away = self.mute = False
        self.finished: list[tuple[Need, int]] = []
        self.renewed: list[tuple[int, str]] = []
        self.batches: list[int] = []
        self.unheard = asyncio.Event()

    @override
    async def take(self, need: Need) -> Taken:
        await asyncio.sleep(0)
        self._reach()
        taken = await super().take(need)
        await asyncio.sleep(0)
        return taken

    @override
    def finish(self, need: Need, spent: int, corrections: tuple[int, ...]) -> None:
        self.finished.append((need, spent))
        super().finish(need, spent, corrections)

    @override
    async def renew(self, holds: Sequence[tuple[int, str]], lease_ms: int) -> None:
        if self.away:
            self.unheard.set()
        self._reach()
        self.renewed.extend(holds)
        self.batches.append(len(holds))
        await super().renew(holds, lease_ms)

    @override
    async def get(self, key: str) -> bytes | None:
        self._reach()
        return await super().get(key)

    @override
    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        self._reach()
        return await super().get_many(keys)

    @override
    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        if self.mute:
            raise StoreUnreachable("as the test wants it")
        self._reach()
        await super().put(key, value, ttl_ms)

    def _reach(self) -> None:
        if self.away:
            raise StoreUnreachable("as the test wants it")


class FakeCallers(Callers):
    """Knows who presents `KEY`, and nobody else; it is always asked, never remembered."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.lookup = lambda _presented: None

    @override
    async def resolve(self, presented: str | bytes) -> Caller:
        await asyncio.sleep(0)
        if presented != KEY:
            raise UnknownKey("nobody knows it")
        return self.caller


class FakeWallets(Wallets):
    """Seeds every wallet with `posted`, as the ledger would say.

    Attributes:
        seeds: how often it did.
        lose: the store goes away before it hears of it.
        forgotten: the store hears of it, and loses its data.
    """

    def __init__(self, store: FakeStore, posted: int) -> None:
        self._seeded = store
        self.posted = posted
        self.seeds = 0
        self.lose = self.forgotten = False

    @override
    async def seed(self, account_id: int, *, strict: bool) -> None:
        await asyncio.sleep(0)
        self.seeds += 1
        if self.lose:
            raise StoreUnreachable("as the test wants it")
        if self.forgotten:
            return
        await self._seeded.seed(account_id, self.posted, self.seeds)


class FakeRoad:
    """A whole road, and everything around it to look at.

    Attributes:
        lines: the log lines of its exchanges.
    """

    def __init__(
        self,
        *candidates: Candidate,
        caller: Caller = CALLER,
        model: str = MODEL,
        posted: int = FUNDS,
        **limits: Any,
    ) -> None:
        self.journal = FakeJournal()
        self.store = FakeStore()
        self.wallets = FakeWallets(self.store, posted)
        self.upstream = ScriptedUpstream(lambda: self.journal.written)
        self.fetcher = FakeFetcher()
        self.lines: list[ExchangeLine] = []
        self.callers = FakeCallers(caller)
        self._model = model
        self.road = Road(
            limits=_limits(**limits),
            callers=self.callers,
            directory=build_directory([]),
            prices=PriceBook({model: CARD}, data=lambda: PriceData([], "")),
            store=self.store,
            wallets=self.wallets,
            journal=self.journal,
            client=self.upstream,
            fetcher=self.fetcher,
            tally=Tally("boot"),
            log=self._log,
            dice=Random(1),
        )
        self.offer(*candidates or (channel(1),))

    def offer(self, *candidates: Candidate) -> None:
        """Let these channels serve the model, and no others."""
        offer = Offer(ListedModel(self._model, 0, "openai"), (), candidates)
        self.road.directory = build_directory([offer])

    def plays(self, *replies: Reply) -> Self:
        """Say what the upstreams answer, call by call."""
        self.upstream.replies.extend(replies)
        return self

    async def asked_by(self, client: FakeClient, endpoint: Endpoint = CHAT, **headers: str) -> Exchange:
        """Send a client's request along the whole road."""
        going = exchange(client, endpoint, **headers)
        going.task = asyncio.current_task()
        await relay(self.road, going)
        await asyncio.gather(*self.road.chores)
        return going

    @property
    def asked(self) -> list[Asked]:
        """What left for the upstreams."""
        return self.upstream.asked

    @property
    def ended(self) -> Ended:
        """The one end that the journal knows."""
        (found,) = self.journal.of(Ended)
        return found

    @property
    def line(self) -> ExchangeLine:
        """The one log line."""
        (found,) = self.lines
        return found

    def count(self, name: str) -> dict[tuple[str, ...], float]:
        """Return a metric's series by their labels."""
        cells = msgspec.json.decode(self.road.tally.dump())["cells"]
        return {tuple(cell["labels"]): cell["value"] for cell in cells if cell["name"] == name}

    async def leftovers(self) -> list[str]:
        """Return what an exchange that is over has left behind; nothing, if all is well."""
        wallet = await self.store.wallet(ACCOUNT)
        entries = wallet.entries if wallet else {}
        wrong = [f"{entry.standing} by {name}" for name, entry in entries.items() if entry.standing == "held"]
        wrong += [
            f"gauge {key} at {level}" for key, level in (wallet.gauges if wallet else {}).items() if level
        ]
        wrong += [f"live: {name}" for name in self.road.live]
        wrong += ["an open response" for r in self.upstream.played if not (r.closed or r.complete)]
        if len(self.journal.of(Opened)) != len(self.journal.of(Ended)):
            wrong.append(f"the journal has {self.journal.kinds}")
        if self.journal.of(Attempt) and not self.journal.of(Opened):
            wrong.append("an attempt of nobody")
        if len(self.lines) != 1:
            wrong.append(f"{len(self.lines)} log lines")
        return wrong

    def _log(self, line: msgspec.Struct) -> None:
        assert isinstance(line, ExchangeLine)
        self.lines.append(line)


def channel(
    number: int, *, provider: str = "openai", dialect: str = OPENAI_CHAT, **changes: Any
) -> Candidate:
    """Return a channel of a vendor that the registry knows; its keys are `key-<channel>-<place>`."""
    bare, known = candidate(number, **changes), PROVIDERS[provider]
    keys = tuple(
        msgspec.structs.replace(key, secret=f"key-{number}-{at}") for at, key in enumerate(bare.keys)
    )
    return msgspec.structs.replace(
        bare,
        provider=known,
        dialect=dialect,
        upstream_model=MODEL,
        keys=keys,
        plain=known.is_plain(dialect),
    )


def chat(*, stream: bool = False, model: str = MODEL, **members: Any) -> bytes:
    """Return the body of a small chat."""
    messages = [{"role": "user", "content": "hi"}]
    return json.dumps({"model": model, "messages": messages, "stream": stream, **members}).encode()


def exchange(client: FakeClient, endpoint: Endpoint = CHAT, **headers: str) -> Exchange:
    """Return the exchange that a client's request begins."""
    given = {"authorization": f"Bearer {KEY}"} | headers
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return Exchange(endpoint, face_of(endpoint), raw, b"", receive=client.receive, send=client.send)


def _limits(**changes: Any) -> Limits:
    given: dict[str, Any] = {
        "max_body_bytes": 1_000_000,
        "spool_bytes": 100_000,
        "spool_folder": Path(tempfile.gettempdir()),
        "lease_ms": 60_000,
        "ping_ms": 15_000,
        "deadlines": _DEADLINES,
        "allow_without_state": False,
    }
    return Limits(**given | changes)


__all__ = ["CALLER", "KEY", "MODEL", "FakeRoad", "ScriptedResponse", "channel", "chat", "exchange"]
