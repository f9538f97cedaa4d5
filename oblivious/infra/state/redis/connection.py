"""A connection to one Redis server that comes back by itself, with our scripts loaded."""

import asyncio
import random
from contextlib import suppress
from typing import Any, Final, cast

import hiredis
import structlog

from oblivious.infra.state.errors import StateStoreError, StoreFault, StoreUnreachable
from oblivious.infra.state.redis.address import Address
from oblivious.infra.state.redis.wire import Asker, Command, Wire

_CLIENT_NAME = "oblivious"
_BACK_OFF_SECONDS = 0.02
_LONGEST_BACK_OFF_SECONDS = 1.0
_DOUBLINGS = 6

_log = structlog.get_logger(__name__)

Word = str | bytes | int


def _packed(*words: Word) -> bytes:
    # Its stub wants a tuple of one and does not say what it returns.
    return cast("bytes", hiredis.pack_command(words))  # type: ignore[arg-type]


class Answer:
    """An asker that hands the reply, as it came, to a future."""

    __slots__ = ("future",)

    def __init__(self, future: asyncio.Future[Any]) -> None:
        self.future = future

    def answer(self, reply: Any) -> None:
        """Resolve, unless nobody waits any more."""
        if not self.future.done():
            self.future.set_result(reply)

    def fail(self, error: StateStoreError) -> None:
        """Raise it where the answer is awaited."""
        if not self.future.done():
            self.future.set_exception(error)


class _Repeated:
    """The asker of a command that is sent for the second time; `asker` is the real one."""

    __slots__ = ("answer", "asker", "fail")

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.answer = asker.answer
        self.fail = asker.fail


class _Nobody:
    """The asker of a command whose effect shows in a later one."""

    def answer(self, reply: Any) -> None:
        """Let it be."""

    def fail(self, error: StateStoreError) -> None:
        """Let it be: the later command fails too."""


_NOBODY: Final = _Nobody()


class Connection:
    """Commands go out in the order of the calls; while there is no connection they fail at once."""

    def __init__(
        self, address: Address, sources: tuple[str, ...], *, deadline_ms: int = 1_000, backlog: int = 16_384
    ) -> None:
        """Prepare; nothing is opened before `open`.

        Args:
            address: the server.
            sources: Lua scripts to load wherever the connection is made.
            deadline_ms: how long a command may stay unanswered, and a connection attempt may take.
            backlog: how many commands may wait for their replies before more are refused.
        """
        self._address = address
        self._tls = address.tls_context()
        self._loads = [_packed("SCRIPT", "LOAD", source) for source in sources]
        self._deadline_ms = deadline_ms
        self._backlog = backlog
        self._wire: Wire | None = None
        self._tried = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""
        return self._wire is not None

    async def open(self) -> None:
        """Begin to connect and wait for the first attempt, however it ends; it never stops trying."""
        self._keeper = asyncio.create_task(self._keep(), name="redis connection")
        await self._tried.wait()

    async def close(self) -> None:
        """Wait for the answers to everything sent, then close."""
        with suppress(StateStoreError):
            await self.call("PING")
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._wire is not None:
            closed = self._wire.closed
            self._wire.abort()
            await closed.wait()

    def call(self, *words: Word) -> asyncio.Future[Any]:
        """Send a command; the future has the reply, or StoreUnreachable or StoreFault.

        Raises:
            StoreUnreachable: at once, if there is no connection.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.send(words, Answer(future))
        return future

    def send(self, words: tuple[Word, ...], asker: Asker) -> None:
        """Send a command and let `asker` be told how it went.

        Raises:
            StoreUnreachable: at once, without a connection or if too much waits; the asker is not told.
        """
        wire = self._wire
        if wire is None:
            raise StoreUnreachable("there is no connection to Redis")
        if wire.backlog >= self._backlog:
            raise StoreUnreachable(f"{self._backlog} commands wait for Redis to answer")
        wire.send(_packed(*words), asker)

    async def _keep(self) -> None:
        """Stay connected: back off with full jitter between attempts that fail."""
        failures = 0
        while True:
            try:
                self._wire = wire = await self._connect()
            except (OSError, StateStoreError) as error:
                failures += 1
                if failures == 1:
                    _log.warning("redis_unreachable", error=str(error))
            else:
                failures = 0
                self._tried.set()
                await wire.closed.wait()
                self._wire = None
                _log.warning("redis_lost")
            self._tried.set()
            longest = min(_LONGEST_BACK_OFF_SECONDS, _BACK_OFF_SECONDS * 2 ** min(failures, _DOUBLINGS))
            await asyncio.sleep(random.uniform(0, longest))

    async def _connect(self) -> Wire:
        wire = Wire(deadline_ms=self._deadline_ms, unknown_script=self._load_again, lost=self._lost)
        try:
            async with asyncio.timeout(self._deadline_ms / 1000):
                await self._dial(wire)
                await self._greet(wire)
        except BaseException:
            wire.abort()
            raise
        return wire

    async def _dial(self, wire: Wire) -> None:
        loop, address = asyncio.get_running_loop(), self._address
        if address.path:
            await loop.create_unix_connection(lambda: wire, address.path)
        else:
            await loop.create_connection(lambda: wire, address.host, address.port, ssl=self._tls)

    async def _greet(self, wire: Wire) -> None:
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[Any]] = []
        greeting = [_packed(*words) for words in self._address.greeting(_CLIENT_NAME)]
        for packed in (*greeting, *self._loads):
            answers.append(loop.create_future())
            wire.send(packed, Answer(answers[-1]))
        for outcome in await asyncio.gather(*answers, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    def _lost(self, wire: Wire) -> None:
        if wire is self._wire:
            self._wire = None

    def _load_again(self, command: Command) -> None:
        """The server has forgotten our scripts: load them and repeat the command, once."""
        packed, asker = command
        wire = self._wire
        if wire is None or isinstance(asker, _Repeated):
            asker.fail(StoreFault("Redis does not keep our scripts"))
            return
        for load in self._loads:
            wire.send(load, _NOBODY)
        wire.send(packed, _Repeated(asker))
