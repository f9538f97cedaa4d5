from typing import Any

import pytest

from oblivious.channels.quota import Quota, corrections, costing, meters_of, read_quota
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.meters import MeterKind

ALL = Quota(rpm=1, tpm=2, concurrency=3, spend_nano_usd_per_day=4)


def test_what_is_limited_has_a_meter() -> None:
    """And nothing else."""
    meters = meters_of(ALL, "c1", "of the channel a")

    assert [(meter.key, meter.kind, meter.limit, meter.window_ms) for meter in meters] == [
        ("c1:rpm", MeterKind.WINDOW, 1, 60_000),
        ("c1:tpm", MeterKind.WINDOW, 2, 60_000),
        ("c1:now", MeterKind.GAUGE, 3, 0),
        ("c1:spend", MeterKind.WINDOW, 4, 86_400_000),
    ]
    assert meters[0].name == "requests per minute of the channel a"
    assert meters_of(Quota(), "c1", "") == ()


def test_a_request_costs_itself_its_tokens_and_its_price() -> None:
    """As far as they are known at first; what was really used is put right."""
    meters = costing(meters_of(ALL, "c1", ""), tokens=10, spend=20)

    assert [meter.cost for meter in meters] == [1, 10, 1, 20]
    assert corrections(meters, tokens=7, spend=50) == (0, -3, 0, 30)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"rpm": 0}, "limits.rpm"), ({"tpm": 1.5}, "limits.tpm"), ({"rps": 1}, "limits.rps"), (3, "limits")],
    ids=str,
)
def test_the_member_that_is_wrong_is_named(given: Any, field: str) -> None:
    """A limit of nothing would be a channel that is off."""
    with pytest.raises(ChangeRefused) as caught:
        read_quota(given)

    assert caught.value.field == field
