"""Fifty upstreams of which many fail at any time: as long as one is well, no client hears of it."""

import sys
from collections import Counter

import pytest

from tests.chaos.fleet import Fleet
from tests.chaos.fleet_plot import LOWER

pytestmark = [pytest.mark.chaos, pytest.mark.services]

_EXCHANGES = 3_000
"""The bench asks for 10,000 in the same way."""

_EVERY_WAY = {"status", "hang", "cut", "cut-preamble", "error-after-200", "garbage-body", "garbage", "empty"}


async def test_no_fault_reaches_a_client_while_somebody_is_well(fleet: Fleet) -> None:
    """Every answer is whole, billed once and exactly; every attempt is written down; all faults were met."""
    load, books = await fleet.asked(_EXCHANGES)

    failed = [heard for heard in load.heard if not heard.whole]
    assert failed == [], f"{len(failed)} of {len(load.heard)}"
    assert {heard.exchange_id for heard in load.heard} <= {row["exchange_id"] for row in books.rows}
    met = Counter(served.fault for served in books.served)
    assert met.keys() >= _EVERY_WAY
    assert any(fleet.upstreams.served(place) for place in LOWER), "the storms were met"
    # Shown by `pytest -rP`, and where it fails.
    sys.stdout.write(f"{len(books.served)} attempts; faults met: {dict(met)}\n")
