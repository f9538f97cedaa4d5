"""A consumer that settles into a file, one line an outcome, until it is killed."""

import asyncio
import os
import sys
from pathlib import Path

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.rabbit.subscription import Subscription


async def consume(url: str, path: Path) -> None:
    """Settle slowly enough to be killed within a batch."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def settle(outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            os.write(file, outcome.opened.exchange_id.encode() + b"\n")
            await asyncio.sleep(0.0005)

    await Subscription(url, settle, prefetch=2).run()


if __name__ == "__main__":
    asyncio.run(consume(sys.argv[1], Path(sys.argv[2])))
