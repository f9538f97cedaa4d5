"""What the journal costs an exchange on the worker's loop: three records, eight exchanges a turn.

Run it with `python -m bench.journal`; the target is at most 12 us an exchange, all in.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import msgspec
import uvloop

from oblivious.contracts.events import Attempt, Ended, Opened
from oblivious.contracts.ids import attempt_id, new_id
from oblivious.contracts.usage import Usage
from oblivious.infra.bus.journal import Journal

_EXCHANGES_A_TURN = 8
_TURNS = 2_000
_ROUNDS = 5
_CARD = msgspec.Raw(
    b'{"rates":{"input":"0.00000015","output":"0.0000006","cache_read":"0.000000075"},"tiers":[],'
    b'"ratio":"1","source":"genai-prices 0.2.3"}'
)


def main() -> None:
    """Print the median of some rounds."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        rounds = [uvloop.run(_round(Path(folder), f"boot{number}")) for number in range(_ROUNDS)]
    print(f"journal: {statistics.median(rounds):.2f} us an exchange (all rounds: {_listed(rounds)})")


async def _round(root: Path, boot_id: str) -> float:
    journal = Journal.open(root, boot_id, loop=asyncio.get_running_loop())
    while journal.room_bytes <= 16 * 1024 * 1024:  # noqa: ASYNC110 - the spare is made by a thread
        await asyncio.sleep(0.01)
    spent = 0.0
    for _ in range(_TURNS):
        records = [record for _ in range(_EXCHANGES_A_TURN) for record in _exchange()]
        begin = time.perf_counter()
        for record in records:
            journal.append(record)
        written = asyncio.get_running_loop().create_future()
        for _ in range(_EXCHANGES_A_TURN - 1):
            journal.after_write(_ignore)
        journal.after_write(written.set_result)
        await written
        spent += time.perf_counter() - begin
    await journal.close()
    return spent / _TURNS / _EXCHANGES_A_TURN * 1e6


def _exchange() -> tuple[Opened, Attempt, Ended]:
    exchange = new_id()
    attempted = attempt_id(exchange, 1)
    now = time.time_ns() // 1_000_000
    return (
        Opened(
            exchange, now, 1, 1, 1, "default", "openai_chat", "chat", "gpt-4o-mini", True, 123_456, 99, _CARD
        ),
        Attempt(exchange, attempted, now, 1, 1, "gpt-4o-mini"),
        Ended(exchange, now, Usage(100, 200), 1_234, 200, "", 12, 30, attempted),
    )


def _ignore(_: BaseException | None) -> None:
    pass


def _listed(rounds: list[float]) -> str:
    return ", ".join(f"{each:.2f}" for each in rounds)


if __name__ == "__main__":
    main()
