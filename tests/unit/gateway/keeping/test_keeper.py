"""Chores go on for ever, whatever one of them meets."""

import asyncio

from structlog.testing import capture_logs

from oblivious.gateway.keeping.keeper import again_and_again
from oblivious.infra.state.errors import StoreUnreachable
from tests.fakes.waiting import until


class Stumbling:
    """A chore that finds a server out of reach in some of its rounds."""

    def __init__(self, *lost: int) -> None:
        self.rounds = 0
        self._lost = lost

    async def round(self) -> None:
        """Look."""
        self.rounds += 1
        if self.rounds in self._lost:
            raise StoreUnreachable("as the test wants it")


async def test_a_server_out_of_reach_is_said_once_each_time_it_goes() -> None:
    """The chore is done again all the same."""
    chore = Stumbling(2, 3, 4, 6)
    with capture_logs() as logged:
        going = asyncio.create_task(again_and_again(chore, 0.001))
        await until(lambda: chore.rounds >= 8)
        going.cancel()

    assert [(line["event"], line["chore"]) for line in logged] == [("keeping_waits", "Stumbling")] * 2
