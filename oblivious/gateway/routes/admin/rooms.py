"""What is left of the limits of channels, their keys and pools."""

from collections.abc import Iterable
from typing import NamedTuple

from oblivious.channels.candidate import Candidate, Key, pool_subject
from oblivious.channels.quota import costing
from oblivious.contracts.meters import Meter, Reading
from oblivious.infra.state.draws import Draw, Draws

_POOL = pool_subject("")


class Room(NamedTuple):
    """One limit now; `subject` is the channel, key or pool that has it."""

    subject: str
    meter: Meter
    reading: Reading

    @property
    def is_full(self) -> bool:
        """Whether there is no room for what the meter costs."""
        return self.reading.remaining < self.meter.cost


async def rooms_of(
    draws: Draws, candidates: Iterable[Candidate], tokens: int = 1, spend: int = 1
) -> list[Room]:
    """Read every limit of the candidates once; nothing is taken.

    `tokens` and `spend` (nano-USD) are what one request is expected to use.

    Raises:
        StoreUnreachable: nobody can tell.
    """
    owners: dict[str, dict[str, Meter]] = {}
    for candidate in candidates:
        if candidate.metered:
            for owner, meter in _meters(candidate):
                owners.setdefault(owner, {})[meter.key] = meter
    asked = [Draw(owner, costing(tuple(meters.values()), tokens, spend)) for owner, meters in owners.items()]
    told = await draws.readings(asked) if asked else []
    return [
        Room(_subject(draw.owner, meter), meter, reading)
        for draw, readings in zip(asked, told, strict=True)
        for meter, reading in zip(draw.meters, readings, strict=True)
    ]


def _meters(candidate: Candidate) -> Iterable[tuple[str, Meter]]:
    yield from ((candidate.subject, meter) for meter in candidate.meters)
    for key in candidate.keys:
        yield from _meters_of_key(candidate, key)


def _meters_of_key(candidate: Candidate, key: Key) -> Iterable[tuple[str, Meter]]:
    yield from ((candidate.subject, meter) for meter in key.meters)
    yield from ((pool_subject(key.pool), meter) for meter in key.pool_meters)


def _subject(owner: str, meter: Meter) -> str:
    """Return whom a limit is of: a channel's owner has also those of its keys."""
    return owner if owner.startswith(_POOL) else meter.key.partition(":")[0]
