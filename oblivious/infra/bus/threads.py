"""Work on disks, off the loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def off_loop(work: Callable[[], ResultT]) -> ResultT:
    """Call `work` in a thread and return what it returns.

    Whoever is cancelled meanwhile learns of it when the work is done: a thread cannot be stopped, and nobody
    else may touch what it works on before. The result is lost then: it must be nothing that wants closing.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
