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
_COMMENTED_S = 15.0


async def commit(
    response: Response, way: Way, scanner: Stream, *, commented_s: float = _COMMENTED_S
) -> Accepted:
    """Read until the first content event, 64 KiB, or one second after the first preamble event.

    Comments keep the line alive while an upstream looks for somebody who answers, and it may find nobody: of
    them alone it is seen for longer whether they come to anything.

    Args:
        response: what came, with its head read.
        way: how it comes back to the client.
        scanner: what the answer goes through on its way.
        commented_s: how long to wait for an event after the first bytes.

    Raises:
        UpstreamError: an error event came first, or the stream ended before it said anything.
        UpstreamFault: the connection failed, or no event came within the deadline for the first byte.
    """
    held: list[bytes] = []
    size, begun, until = 0, False, 0.0
    response.await_word()
    while True:
        chunk = await _read_before(response, until)
        if chunk is None:
            break
        out = scanner.feed(chunk) if chunk else scanner.finish()
        if scanner.error is not None:
            raise scanner.error
        if out:
            held.append(out)
            size += len(out)
        if not begun and (scanner.begun or not until):
            begun = scanner.begun
            until = time.monotonic() + (_MOST_S if begun else commented_s)
        if scanner.committed or scanner.ended or size > _MOST_BYTES:
            break
        if not chunk:
            raise BrokeOff("the provider closed the stream before it said anything")
    response.heard()
    return Accepted(response, way, held[0] if len(held) == 1 else b"".join(held), scanner=scanner)


async def _read_before(response: Response, until: float) -> bytes | None:
    """Return the next bytes; None once that time of the monotonic clock has come (0: nothing came yet)."""
    if not until:
        return await response.read()
    try:
        async with asyncio.timeout(until - time.monotonic()):
            return await response.read()
    except TimeoutError:
        return None
