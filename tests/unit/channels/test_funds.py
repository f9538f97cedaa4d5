"""When an operator is told what an account has left."""

from decimal import Decimal

import pytest

from oblivious.channels.funds import fallen


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (None, "5", ""),
        ("5", "1", ""),
        ("5", "0.99", "balance_low"),
        ("0.99", "0.5", ""),
        ("0.5", "0", "balance_gone"),
        ("5", "-1", "balance_gone"),
        ("-1", "-2", ""),
        ("-1", "0.5", ""),
        ("0.5", "20", ""),
        (None, "0.5", "balance_low"),
        (None, "0", "balance_gone"),
    ],
)
def test_each_fall_is_said_once(before: str | None, now: str, kind: str) -> None:
    """Below one unit, and when nothing is left; never when it rises."""
    assert fallen(None if before is None else Decimal(before), Decimal(now)) == kind
