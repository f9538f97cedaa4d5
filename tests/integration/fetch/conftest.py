"""On both kinds of loop."""

import asyncio
from collections.abc import Callable

import uvloop


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test on the loop that we ship and on the one that everybody has."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
