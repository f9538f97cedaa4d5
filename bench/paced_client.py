"""A client of many paced streams, in a process of its own, that looks at its clock at every piece.

It does not read what comes: it counts events, and notes how long each piece was in coming. It prints one
JSON object. The gap before a stream's first piece is its time to first byte and counted apart.

    python -m bench.paced_client --url URL --key KEY --kind paced20 --streams 400 --seconds 10
"""

import argparse
import asyncio
import gc
import json
import sys
import time
from array import array
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import uvloop

from bench.exchanges import EVENTS, KINDS, request_body

_LAST = b"0\r\n\r\n"
_EVENT = b"data: "
_PATIENCE_S = 60


class Tally:
    """What all streams together have seen; times in seconds."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.gaps = array("d")
        self.first_bytes = array("d")
        self.events = 0
        self.finished = 0
        self.broken = 0


class Stream(asyncio.Protocol):
    """One connection that asks for a stream, and for the next one when it has ended, until time is up."""

    def __init__(self, request: bytes, tally: Tally, done: "asyncio.Future[None]") -> None:
        self._request = request
        self._tally = tally
        self._done = done
        self._asked = self._last = 0.0
        self._events = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask at once."""
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Look at the clock, then count."""
        now, tally = time.perf_counter(), self._tally
        if self._last:
            tally.gaps.append(now - self._last)
        else:
            tally.first_bytes.append(now - self._asked)
        self._last = now
        self._events += data.count(_EVENT)
        if data.endswith(_LAST):
            self._end(now)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Be done; a stream that was under way is broken."""
        if self._last:
            self._tally.broken += 1
        if not self._done.done():
            self._done.set_result(None)

    def _end(self, now: float) -> None:
        tally = self._tally
        tally.events += self._events
        tally.finished += self._events == EVENTS
        tally.broken += self._events != EVENTS
        self._last = 0.0
        if now < tally.until:
            self._ask()
        else:
            self._transport.close()

    def _ask(self) -> None:
        self._events = 0
        self._asked = time.perf_counter()
        self._transport.write(self._request)


async def run(asked: argparse.Namespace) -> dict[str, float]:
    """Keep the streams going, their starts spread over one pace."""
    loop = asyncio.get_running_loop()
    kind = next(kind for kind in KINDS if kind.name == asked.kind)
    url = urlsplit(f"{asked.url}/chat/completions")
    body = request_body(kind)
    head = (
        f"POST {url.path} HTTP/1.1\r\nhost: {url.netloc}\r\nauthorization: Bearer {asked.key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    request, tally = head.encode() + body, Tally(time.perf_counter() + asked.seconds)
    ends: list[asyncio.Future[None]] = []
    for _ in range(asked.streams):
        ends.append(loop.create_future())
        make = partial(Stream, request, tally, ends[-1])
        await loop.create_connection(make, url.hostname or "", url.port or 80)
        await asyncio.sleep(asked.spread_s / asked.streams)
    await asyncio.wait_for(asyncio.gather(*ends), asked.seconds + _PATIENCE_S)
    return _summary(tally)


def _summary(tally: Tally) -> dict[str, float]:
    gaps, firsts = sorted(tally.gaps), sorted(tally.first_bytes)
    return {
        "finished": tally.finished,
        "broken": tally.broken,
        "events": tally.events,
        "gap_p50_ms": _at(gaps, 0.5) * 1000,
        "gap_p999_ms": _at(gaps, 0.999) * 1000,
        "gap_max_ms": gaps[-1] * 1000 if gaps else 0.0,
        "first_byte_p50_ms": _at(firsts, 0.5) * 1000,
        "first_byte_p99_ms": _at(firsts, 0.99) * 1000,
    }


def _at(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


def main() -> None:
    """Run, print, go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", default="sk-nobody")
    parser.add_argument("--kind", required=True)
    parser.add_argument("--streams", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--spread-s", type=float, default=1.0)
    asked = parser.parse_args()
    gc.freeze()
    gc.disable()  # a pause of ours would look like a stall of theirs
    sys.stdout.write(json.dumps(uvloop.run(run(asked))) + "\n")


if __name__ == "__main__":
    main()
