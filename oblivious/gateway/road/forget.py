"""What is remembered of channels and keys ends with them, or it would grow with every one there ever was."""

from collections.abc import MutableMapping
from collections.abc import Set as AbstractSet
from typing import Any

from oblivious.gateway.road.parts import Road


def forget_gone(road: Road) -> None:
    """Drop what the road knows of channels and keys that its directory has no more; those at work stay."""
    channels, keys = road.directory.channels, road.directory.keys
    _keep(road.latencies, channels)
    _keep(road.turns, channels | {-number for number in channels})
    _keep(road.last_good, keys)
    _keep(road.busy, channels | {number for number, count in road.busy.items() if count})


def _keep(known: MutableMapping[int, Any], wanted: AbstractSet[int]) -> None:
    for number in known.keys() - wanted:
        del known[number]
