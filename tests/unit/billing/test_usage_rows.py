from typing import Any

import msgspec
import pytest

from oblivious.billing.tables import UsageRow
from oblivious.billing.usage_rows import flaw, usage_row
from oblivious.contracts.events import Attempt
from tests.fakes.outcomes import paid

FIRST = Attempt("boot-x1", "boot-x1-1", 0, 7, 70, "first")
SECOND = Attempt("boot-x1", "boot-x1-2", 0, 8, 80, "second")


class TestUsageRow:
    def test_fills_every_column(self) -> None:
        """All but the row's own number."""
        columns = set(UsageRow.metadata.tables["usage_rows"].columns.keys())

        assert set(usage_row(paid(1, 1))) == columns - {"id"}

    @pytest.mark.parametrize(
        ("answered", "channel"),
        [("boot-x1-1", (7, 70, "first")), ("boot-x1-2", (8, 80, "second")), ("", (8, 80, "second"))],
        ids=["the one that answered", "the last", "the last if none answered"],
    )
    def test_names_the_channel_that_decided(self, answered: str, channel: tuple[int, int, str]) -> None:
        """An error after the answer had begun, or an exchange that was cut off, may not be the last one."""
        outcome = paid(1, 1)
        ended = msgspec.structs.replace(outcome.ended, attempt_id=answered)
        row = usage_row(msgspec.structs.replace(outcome, ended=ended, attempts=[FIRST, SECOND]))

        assert (row["channel_id"], row["channel_key_id"], row["upstream_model"]) == channel
        assert row["attempt_ids"] == ["boot-x1-1", "boot-x1-2"]

    def test_an_exchange_without_an_attempt_has_no_channel(self) -> None:
        """Zero and empty, as nothing was asked for."""
        row = usage_row(msgspec.structs.replace(paid(1, 1), attempts=[]))

        assert (row["channel_id"], row["channel_key_id"], row["upstream_model"]) == (0, 0, "")
        assert row["attempt_ids"] == []


class TestFlaw:
    def test_finds_nothing_wrong_with_an_ordinary_row(self) -> None:
        """Truth values and moments are no numbers to it."""
        assert flaw(usage_row(paid(1, 1))) is None

    @pytest.mark.parametrize(
        "wrong",
        [{"amount_nano_usd": -1}, {"amount_nano_usd": 2**53}, {"output_tokens": -1}, {"searches": 2**63}],
        ids=str,
    )
    def test_names_what_no_column_can_keep(self, wrong: dict[str, Any]) -> None:
        """SQLite would keep another number instead, and say nothing."""
        found = flaw({**usage_row(paid(1, 1)), **wrong})

        assert found is not None
        assert str(next(iter(wrong.values()))) in found
