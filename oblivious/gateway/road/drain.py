"""The formal end of a body whose last word has been heard."""

import asyncio
import contextlib

from oblivious.gateway.road.exchange import Incoming
from oblivious.infra.upstream import UpstreamFault

_LAST_BYTES_S = 1.0


async def drain(response: Incoming) -> None:
    """Wait a moment for it, so that the connection can serve the next exchange."""
    with contextlib.suppress(UpstreamFault, TimeoutError):
        async with asyncio.timeout(_LAST_BYTES_S):
            while await response.read():
                pass
