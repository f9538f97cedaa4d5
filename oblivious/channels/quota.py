"""How much may go through a channel, a key or a pool, and the meters for it. Pure."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from oblivious.channels.reading import read
from oblivious.contracts.meters import Meter, MeterKind

_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS

_Count = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The most that is sent; None: no limit.

    Attributes:
        rpm, tpm: requests and tokens in a minute.
        concurrency: requests in flight.
        spend_nano_usd_per_day: what it costs at the provider in a day, nano-USD, before any group's ratio.
    """

    rpm: _Count | None = None
    tpm: _Count | None = None
    concurrency: _Count | None = None
    spend_nano_usd_per_day: _Count | None = None


_KINDS = (
    ("requests per minute", "rpm", MeterKind.WINDOW, _MINUTE_MS),
    ("tokens per minute", "tpm", MeterKind.WINDOW, _MINUTE_MS),
    ("requests in flight", "now", MeterKind.GAUGE, 0),
    ("nano-USD a day", "spend", MeterKind.WINDOW, _DAY_MS),
)


def read_quota(value: object, field: str = "limits") -> Quota:
    """Read what an operator says.

    Raises:
        ChangeRefused: names the member that is wrong.
    """
    return read(value, Quota, field)


def meters_of(quota: Quota, subject: str, whose: str) -> tuple[Meter, ...]:
    """Return a quota as meters, each with a cost of one; `whose` as people know it: `of the channel a`."""
    limits = (quota.rpm, quota.tpm, quota.concurrency, quota.spend_nano_usd_per_day)
    return tuple(
        Meter(f"{words} {whose}", f"{subject}:{what}", kind, limit, 1, window_ms)
        for (words, what, kind, window_ms), limit in zip(_KINDS, limits, strict=True)
        if limit is not None
    )


def costing(meters: Sequence[Meter], tokens: int, spend: int, requests: int = 1) -> tuple[Meter, ...]:
    """Return the meters with what one exchange takes from them, which may be several requests."""
    return tuple(_costing(meter, tokens, spend, requests) for meter in meters)


def corrections(meters: Sequence[Meter], tokens: int, spend: int) -> tuple[int, ...]:
    """Return by how much each was taken too little, now that this much was really used."""
    return tuple(
        after.cost - before.cost
        for before, after in zip(
            meters, (_costing(meter, tokens, spend, meter.cost) for meter in meters), strict=True
        )
    )


def _costing(meter: Meter, tokens: int, spend: int, requests: int) -> Meter:
    cost = {"tpm": tokens, "spend": spend}.get(meter.key.rpartition(":")[2], requests)
    return meter if cost == meter.cost else msgspec.structs.replace(meter, cost=cost)
