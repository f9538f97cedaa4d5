"""What is kept in Redis while a test goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar


class Kept(Protocol):
    """A store or a board."""

    async def open(self) -> None:
        """Connect."""
        ...

    async def close(self) -> None:
        """Leave the server."""
        ...


KeptT = TypeVar("KeptT", bound=Kept)


@asynccontextmanager
async def opened(kept: KeptT) -> AsyncIterator[KeptT]:
    await kept.open()
    try:
        yield kept
    finally:
        await kept.close()
