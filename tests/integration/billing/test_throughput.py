import time
from collections.abc import Callable

import pytest

from oblivious.contracts.ids import new_id
from tests.fakes.books import Books
from tests.fakes.outcomes import paid

BATCH, BATCHES, ACCOUNTS = 256, 12, 20
AT_LEAST_A_SECOND = 500
"""Far below the 3,000 that are aimed for: a busy machine must not fail the test, a slow statement must."""


@pytest.mark.services
@pytest.mark.bench
async def test_one_settler_keeps_up_with_a_gateway(
    postgres_books: Books, record_property: Callable[[str, object], None]
) -> None:
    """Batches of 256 outcomes of 20 accounts, on PostgreSQL with everything synced to disk."""
    books = postgres_books
    accounts = [await books.account(f"account {number}", 10**12) for number in range(ACCOUNTS)]
    batches = [
        [paid(start + n, accounts[n % ACCOUNTS], exchange=new_id()) for n in range(1, BATCH + 1)]
        for start in range(0, BATCH * BATCHES, BATCH)
    ]
    await books.settlement.settle(batches[0])
    began, cpu = time.perf_counter(), time.process_time()
    for batch in batches[1:]:
        await books.settlement.settle(batch)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    settled = BATCH * (BATCHES - 1)
    record_property("settled_per_second", round(settled / seconds))
    record_property("cpu_microseconds_each", round(cpu / settled * 1e6, 1))

    assert settled / seconds > AT_LEAST_A_SECOND
    assert await books.violations() == []
