"""Many clients at once, who take things as they come and remember what came."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from tests.chaos.kinds import KINDS, Kind
from tests.chaos.line import Ending, Line, Reply

CLIENTS = 48
_LOOK_SECONDS = 0.05
_MOST_SECONDS = 60
_REFUSALS = frozenset({402, 429, 503, 529})
"""No money, too fast, unavailable; and how Anthropic says unavailable."""


@dataclass(frozen=True)
class Heard:
    """What one client was told in answer to one request.

    Attributes:
        whole: the answer came to its end, and it says itself that nothing is missing.
        said: the body of an error.
        ms: from the request to the end of the answer, in milliseconds.
    """

    kind: Kind
    key: str
    ending: Ending
    status: int
    exchange_id: str
    whole: bool
    said: str = ""
    ms: float = 0.0

    @property
    def refused(self) -> bool:
        """Whether the gateway turned the request away before anything was done for it."""
        return self.status in _REFUSALS

    @property
    def served(self) -> bool:
        """Whether an answer began: what was asked is an exchange."""
        return self.status != 0 and not self.refused


class Load:
    """A number of exchanges, each asked for once by one of some clients.

    Refusals do not count as exchanges, and neither does what got no answer at all: such a
    client waits a moment and then asks for something else.
    """

    def __init__(
        self,
        url: str,
        keys: Sequence[str],
        *,
        exchanges: int,
        clients: int = CLIENTS,
        kinds: Sequence[Kind] = KINDS,
        rest_seconds: float = 0.0,
    ) -> None:
        """Prepare; each client rests for so long between an answer and its next request."""
        self.heard: list[Heard] = []
        self._url = url
        self.exchanges = exchanges
        self._clients = clients
        self._rest_seconds = rest_seconds
        self._asked = self._done = 0
        self._keys = keys
        spread = [key for key in keys for _ in kinds]
        self._turn = zip(itertools.cycle(kinds), itertools.cycle(spread), strict=False)
        self._over = asyncio.Event()
        self._heard_more = asyncio.Condition()

    @property
    def answered(self) -> set[str]:
        """The exchanges of which some client heard all that it wanted to."""
        return {heard.exchange_id for heard in self.heard if heard.ending in {Ending.COMPLETE, Ending.LEFT}}

    def asks(self, key: str) -> bool:
        """Whether anybody asks with this key."""
        return key in self._keys

    def refusals(self, said: str = "", key: str = "") -> int:
        """How often somebody was refused in these words; anybody if no key is named."""
        return sum(h.refused and said in h.said and (not key or h.key == key) for h in self.heard)

    async def run(self) -> None:
        """Ask for everything and hear it out.

        Raises:
            TimeoutError: it takes far longer than it may.
        """
        async with asyncio.timeout(_MOST_SECONDS), asyncio.TaskGroup() as clients:
            for _ in range(self._clients):
                clients.create_task(self._client())

    def end_after(self, exchanges: int) -> None:
        """Ask for so many more and no longer for as many as were planned."""
        self.exchanges = self._done + exchanges

    async def reached(self, exchanges: int) -> None:
        """Wait until so many exchanges have ended."""
        await self.hears(lambda: self._done >= exchanges)

    async def hears(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, which is asked whenever a client has heard something."""
        async with asyncio.timeout(_MOST_SECONDS), self._heard_more:
            await self._heard_more.wait_for(holds)

    async def _client(self) -> None:
        line = Line(self._url)
        try:
            while self._asked < self.exchanges:
                self._asked += 1
                heard = await self._ask(line)
                await asyncio.sleep(self._rest_seconds)
                if heard is None or not heard.served:
                    self._asked -= 1
                    await asyncio.sleep(_LOOK_SECONDS)
        finally:
            line.close()

    async def _ask(self, line: Line) -> Heard | None:
        """Return what one request came to; None if nobody listens."""
        kind, key = next(self._turn)
        began = time.monotonic()
        try:
            reply = await line.ask(head_of(kind, key), kind.body, leave_after=kind.leave_after)
        except OSError:
            return None
        heard = heard_of(kind, key, reply, (time.monotonic() - began) * 1000)
        async with self._heard_more:
            self.heard.append(heard)
            self._done += heard.served
            self._heard_more.notify_all()
        return heard


def head_of(kind: Kind, key: str) -> bytes:
    """Return the head of a request, up to its length."""
    return (
        f"POST {kind.path} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {key}\r\n"
        "content-type: application/json\r\nanthropic-version: 2023-06-01\r\n"
    ).encode()


def heard_of(kind: Kind, key: str, reply: Reply, ms: float) -> Heard:
    """Return what a reply came to."""
    well = reply.status == HTTPStatus.OK
    whole = well and reply.ending is Ending.COMPLETE and kind.is_whole(reply.body)
    said = "" if well else reply.body.decode()
    return Heard(kind, key, reply.ending, reply.status, reply.exchange_id, whole, said, ms)
