"""`oblivious channel health`."""

from collections.abc import Iterator, Sequence

import click
import msgspec
from msgspec.structs import asdict

from oblivious.app.base import Base
from oblivious.app.command import answering
from oblivious.app.inspecting import Healths, inspect_channels
from oblivious.app.output import Row, Told
from oblivious.gateway.routes.admin.health_told import ChannelHealth, Standing

_HERE_ONLY = ("in_flight", "latency_ms")
"""What only a gateway process knows, of itself."""

_WELL = "well"
_SAID = ("subject", "standing", "reason", "until", "strikes")

_APART = (
    "this is what the database says: failures and what is left of limits are known to the running gateway; "
    "ask it: GET /api/v1/channels/ID/health"
)


@click.command("health")
@click.argument("name", required=False)
@answering()
async def channel_health(base: Base, name: str | None) -> Told:
    """Show how a channel fares, or all: what failed, what is held back until when, limits, last tests.

    Of all channels only those keys and tests are shown with which something is wrong.
    """
    found = await inspect_channels(base, name)
    remark = "" if found.shared else _APART
    if name is None:
        return Told([_whole(one) for one in found.channels], _of_all(found), remark)
    return Told(_whole(found.channels[0]), _of_one(found), remark)


def _whole(told: ChannelHealth) -> Row:
    whole: Row = msgspec.to_builtins(told)
    return {name: value for name, value in whole.items() if name not in _HERE_ONLY}


def _of_one(found: Healths) -> dict[str, Sequence[Row]]:
    (told,) = found.channels
    return {
        "how it fares:": [*_standings(told)],
        "its last tests:": [asdict(test) for test in told.tests],
        "its limits:": [asdict(limit) for limit in told.limits or ()],
    }


def _of_all(found: Healths) -> dict[str, Sequence[Row]]:
    rows = [row for told in found.channels for row in _standings(told)]
    failed = [
        {"channel": told.name, **asdict(test)}
        for told in found.channels
        for test in told.tests
        if not test.ok
    ]
    return {"how they fare:": [row for row in rows if _matters(row)], "tests that failed:": failed}


def _matters(row: Row) -> bool:
    return row["key"] is None or row["state"] != "on" or row["standing"] not in {None, _WELL}


def _standings(told: ChannelHealth) -> Iterator[Row]:
    """Yield a row for the channel, and one or more for each of its keys."""
    nobody = {"channel": told.name, "key": None, "hint": "", "state": told.state, "off_reason": ""}
    yield {**nobody, **_said(told, told.health)}
    for key in told.keys:
        named = {name: getattr(key, name) for name in ("hint", "state", "off_reason")}
        standings: Sequence[Standing | None] = key.health or [None]
        for standing in standings:
            yield {**nobody, "key": key.id, **named, **_said(told, standing)}


def _said(told: ChannelHealth, standing: Standing | None) -> Row:
    """Return what there is to say; nothing where nobody knows that all is well."""
    if standing is None:
        return {**dict.fromkeys(_SAID), "standing": _WELL if told.shared else None}
    return {name: getattr(standing, name) for name in _SAID}
