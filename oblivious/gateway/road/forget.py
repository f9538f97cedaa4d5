"""What is remembered of channels and keys ends with them, or it would grow with every one there ever was."""

from collections.abc import MutableMapping
from typing import Any

from oblivious.gateway.road.parts import Road


def forget_gone(road: Road) -> None:
    """Drop what the road knows of channels and keys that its directory has no more; those at work stay."""
    channels, keys = set[int](), set[int]()
    for candidate in road.directory.everyone():
        channels.add(candidate.channel_id)
        keys.update(key.id for key in candidate.keys)
    _keep(road.latencies, channels)
    _keep(road.turns, channels | {-number for number in channels})
    _keep(road.last_good, keys)
    _keep(road.busy, channels | {number for number, count in road.busy.items() if count})


def _keep(known: MutableMapping[int, Any], wanted: set[int]) -> None:
    for number in known.keys() - wanted:
        del known[number]
