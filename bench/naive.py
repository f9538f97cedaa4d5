"""What usual gateways do, as a loop in the client: a weighted draw without memory, three more if it fails.

A status of 400 or more, a broken connection and a first byte that does not come in time are tried again; a
good status is passed on, whatever follows it.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from http import HTTPStatus

from oblivious.contracts.ids import attempt_id, new_id
from tests.chaos.fleet_plot import FIRST_BYTE_SECONDS, UPPER, UPSTREAMS, keys_of, weight_of
from tests.chaos.kinds import Kind
from tests.chaos.line import Line, Reply
from tests.chaos.load import Heard, head_of, heard_of
from tests.chaos.upstreams import Upstreams

REST_SECONDS = 0.2
"""What a client rests between an answer and its next request: the machine is not to be the limit."""

TRIES = 4


class Naive:
    """Some clients that pick an upstream by its weight, each time as if it were the first."""

    def __init__(self, upstreams: Upstreams, kinds: Sequence[Kind], seed: int = 1) -> None:
        self.heard: list[Heard] = []
        self._upstreams = upstreams
        self._turn = itertools.cycle(kinds)
        self._dice = random.Random(seed)
        self._left = 0

    async def run(self, exchanges: int, clients: int) -> None:
        """Ask for so much."""
        self._left = exchanges
        async with asyncio.TaskGroup() as asking:
            for _ in range(clients):
                asking.create_task(self._client())

    async def _client(self) -> None:
        lines = {place: Line(self._upstreams.url(place)) for place in range(1, UPSTREAMS + 1)}
        while self._left > 0:
            self._left -= 1
            self.heard.append(await self._ask(lines, next(self._turn)))
            await asyncio.sleep(REST_SECONDS)
        for line in lines.values():
            line.close()

    async def _ask(self, lines: dict[int, Line], kind: Kind) -> Heard:
        exchange, began = new_id(), time.monotonic()
        for number in range(1, TRIES + 1):
            place = self._draw(number)
            key = self._dice.choice(keys_of(place))
            reply = await _tried(lines[place], kind, key, attempt_id(exchange, number))
            if reply.status == HTTPStatus.OK:
                break
        reply.headers[b"x-oblivious-exchange-id"] = exchange.encode()
        return heard_of(kind, key, reply, (time.monotonic() - began) * 1000)

    def _draw(self, number: int) -> int:
        """Draw among the upper tier first, among all of them later."""
        places = UPPER if number == 1 else range(1, UPSTREAMS + 1)
        return self._dice.choices(places, [weight_of(place) for place in places])[0]


async def _tried(line: Line, kind: Kind, key: str, attempt: str) -> Reply:
    head = head_of(kind, key) + f"x-request-id: {attempt}\r\n".encode()
    try:
        async with asyncio.timeout(FIRST_BYTE_SECONDS):  # what comes at all has come by then
            return await line.ask(head, kind.body)
    except (OSError, TimeoutError):
        line.close()
        return Reply()
