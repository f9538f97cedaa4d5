"""Background work that goes on as long as its process, whatever happens to it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog

from oblivious.infra.bus.backoff import pause

_log = structlog.get_logger(__name__)

_AGAIN_S = 1.0

Work = Callable[[], Coroutine[Any, Any, None]]
"""Begins the work; its coroutine ends only when it is cancelled, or when all is done."""


@asynccontextmanager
async def running(works: list[Work], again_s: float = _AGAIN_S) -> AsyncGenerator[None]:
    """Keep the works going; they end with the block.

    One that fails has met a bug, or a full disk: the log says so, and it begins again after `again_s`. A
    process that went on without it would serve, and never again notice who hangs up or what is settled.
    """
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(_kept_going(work, stopping, again_s)) for work in works]
    try:
        yield
    finally:
        stopping.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_going(work: Work, stopping: asyncio.Event, again_s: float) -> None:
    while not stopping.is_set():  # one that fails while it is cancelled has swallowed the word
        try:
            await work()
        except Exception:  # noqa: BLE001 - it is told, and begun again
            _log.exception("background_work_failed", work=_name_of(work))
            await pause(stopping, again_s)
        else:
            return


def _name_of(work: Work) -> str:
    function = work.func if isinstance(work, partial) else work
    return function.__qualname__
