"""How one candidate of a tier is drawn. Pure: dice, turns and latencies are arguments."""

import enum
from collections.abc import Callable, Mapping, MutableMapping
from typing import Protocol

from oblivious.channels.candidate import Candidate
from oblivious.channels.tiers import Tier

_GOLDEN = 0.6180339887498949
"""Steps of this size through a circle spread evenly, however many there are."""


_WORD = 2**64 - 1


class Strategy(enum.StrEnum):
    """How channels of the same priority are chosen among.

    WEIGHTED by dice; ROUND_ROBIN one after the other, each as often as its weight says; LATENCY the faster
    of two that the dice have drawn.
    """

    WEIGHTED = "weighted"
    ROUND_ROBIN = "round_robin"
    LATENCY = "latency"


class Dice(Protocol):
    """Throws numbers from 0 up to 1."""

    def random(self) -> float:
        """Return the next one."""
        ...


class Steady:
    """Dice that fall the same way everywhere for one conversation: splitmix64 (Steele and others, 2014)."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed

    def random(self) -> float:
        """Return the next number."""
        self._state = mixed = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        return (mixed ^ (mixed >> 31)) / (_WORD + 1)


Turns = MutableMapping[int, int]
"""How often something was drawn: by channel for its keys, below zero for a tier that it is first of."""

Latencies = Mapping[int, float]
"""Milliseconds to the first byte, by channel; one that is missing was not tried yet, and comes first."""

Draw = Callable[[Tier], Candidate]


def in_turn(turns: Turns) -> Draw:
    """Return the draw that goes around."""

    def draw(tier: Tier) -> Candidate:
        first = -tier.candidates[0].channel_id  # below zero: the turns of its keys stand above
        turn = turns[first] = turns.get(first, 0) + 1
        return tier.at(turn * _GOLDEN % 1.0)

    return draw


def by_latency(dice: Dice, latencies: Latencies) -> Draw:
    """Return the draw that takes the faster of two."""

    def draw(tier: Tier) -> Candidate:
        one, other = tier.at(dice.random()), tier.at(dice.random())
        return min(one, other, key=lambda candidate: latencies.get(candidate.channel_id, 0.0))

    return draw


def draw_of(strategy: str, dice: Dice, turns: Turns, latencies: Latencies) -> Draw | None:
    """Return the draw of a strategy; None is by weight, as is an unknown one, of a newer release."""
    if strategy == Strategy.ROUND_ROBIN:
        return in_turn(turns)
    if strategy == Strategy.LATENCY:
        return by_latency(dice, latencies)
    return None
