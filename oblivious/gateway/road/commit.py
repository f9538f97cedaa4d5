"""Step 7: hold the preamble back until the upstream means it; until then the exchange may still move on."""

import asyncio
import time

from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.ways import Way
from oblivious.contracts.errors import BrokeOff
from oblivious.gateway.road.exchange import Accepted
from oblivious.infra.upstream import Response

_MOST_BYTES = 64 * 1024
_MOST_S = 1.0


async def commit(response: Response, way: Way, scanner: Stream) -> Accepted:
    """Read until the first content event, 64 KiB, or one second after the first preamble event.

    `scanner` is what the answer goes through on its way.

    Raises:
        UpstreamError: an error event came first, or the stream ended before it said anything.
        UpstreamFault: the connection failed.
    """
    held: list[bytes] = []
    size, since = 0, 0.0
    while True:
        chunk = await _read_before(response, since)
        if chunk is None:
            break
        out = scanner.feed(chunk) if chunk else scanner.finish()
        if scanner.error is not None:
            raise scanner.error
        if out:
            held.append(out)
            size += len(out)
        if scanner.begun and not since:
            since = time.monotonic()
        if scanner.committed or scanner.ended or size > _MOST_BYTES:
            break
        if not chunk:
            raise BrokeOff("the provider closed the stream before it said anything")
    return Accepted(response, way, held[0] if len(held) == 1 else b"".join(held), scanner=scanner)


async def _read_before(response: Response, since: float) -> bytes | None:
    """Return the next bytes; None once a second has passed since the first event (0: none came yet)."""
    if not since:
        return await response.read()
    try:
        async with asyncio.timeout(since + _MOST_S - time.monotonic()):
            return await response.read()
    except TimeoutError:
        return None
