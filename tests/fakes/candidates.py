"""Candidates with only what a test is about."""

from collections.abc import Mapping, Sequence
from random import Random

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.abilities import UNKNOWN, Abilities, Wants
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.pick import Attempts, Stage, Standing
from oblivious.channels.strategy import Dice, Draw, Turns
from oblivious.channels.tiers import line_of
from oblivious.infra.upstream import Origin

PROVIDER = Provider(name="anyone", speaks={"openai_chat": "http://anyone.test/v1"}, source="a fake")


def candidate(
    channel_id: int, *, priority: int = 0, weight: int = 1, keys: int = 1, polling: bool = False
) -> Candidate:
    """Return a channel's candidate; its keys are numbered from a hundred times its own number."""
    return Candidate(
        channel_id=channel_id,
        name=f"channel-{channel_id}",
        provider=PROVIDER,
        dialect="openai_chat",
        base_url="http://anyone.test/v1",
        origin=Origin("http", "anyone.test", 80),
        upstream_model="model",
        keys=tuple(Key(channel_id * 100 + place, f"secret-{place}") for place in range(keys)),
        weight=weight,
        priority=priority,
        polling=polling,
    )


class Standings(dict[str, Standing]):
    """Who does not stand well, by subject."""

    def __bool__(self) -> bool:
        """Whether there is anybody."""
        return len(self) > 0

    def of(self, subject: str) -> Standing:
        """Return how a subject stands."""
        return self.get(subject, Standing.WELL)


def attempts(
    *lines: Sequence[Candidate],
    dice: Dice | None = None,
    turns: Turns | None = None,
    standings: Mapping[str, Standing] | None = None,
    draw: Draw | None = None,
    wants: Wants | None = None,
    abilities: Sequence[Abilities] = (),
) -> Attempts:
    """Begin an exchange that a model may serve, or those that stand in for it; by weight if nothing else."""
    thrown = dice or Random(1)
    able = [*abilities, *[UNKNOWN] * len(lines)]
    return Attempts(
        [Stage(f"m{place}", line_of(line).tiers, able[place]) for place, line in enumerate(lines)],
        draw,
        thrown,
        {} if turns is None else turns,
        standings=Standings(standings or {}),
        wants=lambda: wants or Wants(),
    )
