"""However outcomes are cut into batches, repeated and shuffled, the books come out the same."""

import asyncio
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.app.tables import metadata
from oblivious.billing.invariants import violations
from oblivious.billing.ledger import balances, create_account
from oblivious.billing.marks import DatabaseMarks
from oblivious.billing.settlement import Settlement
from oblivious.contracts.events import Outcome
from oblivious.infra.bus.marks import Mark
from oblivious.infra.bus.protocols import BadOutcomes
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import reading, sessions, writing
from oblivious.infra.state.memory import MemoryStateStore
from tests.fakes.outcomes import paid

ACCOUNTS = (1, 2, 3)
NOBODY = 4711


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Outcome], list[list[Outcome]]]:
    """Return some exchanges, and batches in which each of them comes at least once."""
    exchanges = [
        paid(number, draw(st.sampled_from((*ACCOUNTS, NOBODY))), draw(st.integers(0, 10**12)))
        for number in range(1, draw(st.integers(1, 12)) + 1)
    ]
    repeats = draw(st.lists(st.sampled_from(exchanges), max_size=12))
    stream = draw(st.permutations(exchanges + repeats))
    cuts = sorted(draw(st.sets(st.integers(1, len(stream)), max_size=6)))
    bounds = [0, *cuts, len(stream)]
    return exchanges, [stream[start:end] for start, end in pairwise(bounds)]


@pytest.mark.timeout(300)
@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_books_depend_on_the_exchanges_alone(
    history: tuple[list[Outcome], list[list[Outcome]]],
) -> None:
    """Also if some exchanges belong to nobody and can never be settled."""
    exchanges, batches = history
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_settle_and_check(Path(folder) / "books.sqlite", exchanges, batches))


async def _settle_and_check(
    path: Path, exchanges: Sequence[Outcome], batches: Sequence[Sequence[Outcome]]
) -> None:
    engine = create_engine(f"sqlite+aiosqlite:///{path}")
    maker, store = sessions(engine), MemoryStateStore()
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    async with writing(maker) as session:
        for number in ACCOUNTS:
            assert await create_account(session, name=f"account {number}") == number
            await store.seed(number, 0, 0)
    settlement = Settlement(maker, store)
    rejected: set[str] = set()
    for batch in batches:
        try:
            await settlement.settle(batch)
        except BadOutcomes as bad:
            rejected |= {outcome.opened.exchange_id for outcome, _ in bad.rejected}
            await settlement.mark([outcome for outcome, _ in bad.rejected])
    async with reading(maker) as session:
        found = await balances(session, ACCOUNTS)
        assert await violations(session) == []
    marks = await DatabaseMarks(maker).read(["boot"])
    views = {number: await store.wallet(number) for number in ACCOUNTS}
    await engine.dispose()

    for number in ACCOUNTS:
        amounts = [
            outcome.ended.amount
            for outcome in exchanges
            if outcome.opened.account_id == number and outcome.ended.amount
        ]
        assert found[number] == (-sum(amounts), len(amounts))
        view = views[number]
        assert view is not None
        assert view.posted == -sum(amounts)
    assert marks["boot"] == Mark(len(exchanges))
    assert rejected == {
        outcome.opened.exchange_id
        for outcome in exchanges
        if outcome.opened.account_id == NOBODY and outcome.ended.amount
    }
