"""Which candidate is tried next. Pure: the draw, the dice, the turns and who rests are arguments."""

import enum
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from oblivious.channels.abilities import UNKNOWN, Abilities, Wants, lack
from oblivious.channels.candidate import Candidate, Key, pool_subject
from oblivious.channels.excluded import Excluded
from oblivious.channels.strategy import Dice, Draw, Turns
from oblivious.channels.tiers import Tier, tier_of

DRAWS = 6
"""After so many that are closed the open ones of the tier are looked for one by one."""


class Standing(enum.IntEnum):
    """How a channel, a key, a pool, or a key for one model stands with the health board.

    HALF_OPEN may be tried by whoever claims it; OPEN is tried when nobody else is left; COOLING is not.
    """

    WELL = 0
    HALF_OPEN = 1
    OPEN = 2
    COOLING = 3


class Standings(Protocol):
    """Who does not stand well; false when everybody does."""

    def __bool__(self) -> bool: ...
    def of(self, subject: str) -> Standing:
        """Return how a subject stands now."""
        ...


class Choice(NamedTuple):
    """Who is asked next.

    Attributes:
        claims: the half-open subjects that have to be claimed before.
        last_resort: its breaker is open.
    """

    candidate: Candidate
    key: Key
    claims: tuple[str, ...] = ()
    last_resort: bool = False


class Stage(NamedTuple):
    """A model that may serve: the one that was asked for first, then those that stand in for it."""

    model: str
    tiers: tuple[Tier, ...]
    abilities: Abilities


class Attempts:
    """The order in which one exchange asks its candidates.

    A tier of equal priority is used up before the next one starts, a model before those that stand in for
    it. Who weighs nothing comes when nobody else of the tier is left. What was excluded never comes again;
    everything else may.

    Attributes:
        model: the one that the last choice serves.
    """

    __slots__ = ("_dice", "_draw", "_out", "_plain", "_stages", "_standings", "_turns", "_wants", "model")

    def __init__(
        self,
        stages: Sequence[Stage],
        draw: Draw | None,
        dice: Dice,
        turns: Turns | None,
        *,
        standings: Standings,
        wants: Callable[[], Wants],
    ) -> None:
        """Begin an exchange.

        Args:
            stages: the models that may serve.
            draw: chooses within a tier; None: by weight.
            dice: choose by weight, and among keys.
            turns: by channel, how often its keys were taken in turn, counted on here; None: always by dice.
            standings: who does not stand well.
            wants: says what the request needs, where somebody can't do everything.
        """
        self._stages = stages
        self._draw = draw
        self._dice = dice
        self._turns = turns
        self._standings = standings
        self._wants = wants
        self._out: Excluded | None = None  # made when somebody is: nearly all exchanges ask once
        self._plain = True
        self.model = ""

    @property
    def out(self) -> Excluded:
        """Who is not asked again."""
        if self._out is None:
            self._out = Excluded()
        return self._out

    def exclude_channel(self, channel_id: int) -> None:
        """Never choose the channel again."""
        self.out.channels.add(channel_id)

    def exclude_key(self, key_id: int) -> None:
        """Never choose the key again; others of its channel may be."""
        self.out.keys.add(key_id)

    def exclude_way(self, candidate: Candidate, key: Key) -> None:
        """Never choose the key for this model again; for another one it may be."""
        self.out.ways.add((key.id, candidate.upstream_model))

    def exclude_subject(self, subject: str) -> None:
        """Never choose what is noted under the subject again, until it is let in again."""
        self.out.subjects.add(subject)

    def has_keys_left(self, candidate: Candidate) -> bool:
        """Say whether some key of it was not excluded."""
        return bool(self.out.left_of(candidate))

    def postpone(self, candidate: Candidate) -> None:
        """Choose the channel for this model again only when postponed ones are let in again."""
        self.out.postponed.add((candidate.channel_id, candidate.upstream_model))

    def has_postponed(self) -> bool:
        """Say whether somebody was postponed."""
        return bool(self.out.postponed)

    def readmit_postponed(self) -> None:
        """Let in again what was postponed."""
        self.out.postponed.clear()

    def readmit(self) -> None:
        """Let in again what was excluded by its subject."""
        self.out.subjects.clear()

    def instead(self, stages: Sequence[Stage]) -> None:
        """Go on with other models."""
        self._stages = stages

    def leave_model(self) -> None:
        """Never choose the model of the last choice again."""
        self._stages = [stage for stage in self._stages if stage.model != self.model]

    def next(self, *, desperate: bool = False) -> Choice | None:
        """Return who is asked next, None when nobody is left; if desperate, also whose breaker is open."""
        worst = Standing.OPEN if desperate else Standing.HALF_OPEN
        self._plain = self._out is None and not self._standings
        for stage in self._stages:
            for tier in stage.tiers:
                choice = self._from(tier, stage.abilities, worst)
                if choice is not None:
                    self.model = stage.model
                    return choice
        return None

    def left(self) -> Iterator[tuple[Candidate, Key]]:
        """Yield every way that was not excluded, and can do what the request needs, in order."""
        for stage in self._stages:
            if self._lacks(stage.abilities):
                continue
            for candidate in (one for tier in stage.tiers for one in tier.candidates):
                if not self._is_closed(candidate):
                    yield from ((candidate, key) for key in self.out.left_of(candidate))

    def lacking(self) -> str:
        """Name what the request needs and nobody here can do; empty if somebody could have."""
        lacks = ""
        for stage in self._stages:
            for candidate in (one for tier in stage.tiers for one in tier.candidates):
                lacks = lack(stage.abilities, self._wants()) or lack(candidate.abilities, self._wants())
                if not lacks:
                    return ""
        return lacks

    def _from(self, tier: Tier, abilities: Abilities, worst: Standing) -> Choice | None:
        if abilities is not UNKNOWN and self._lacks(abilities):
            return None
        for _ in range(min(DRAWS, 2 * len(tier.candidates))):
            candidate = self._drawn(tier)
            if self._plain and candidate.abilities is UNKNOWN:
                return Choice(candidate, self._key_of(candidate, candidate.keys))
            if keys := self._open(candidate, worst):
                return self._choice(candidate, keys)
        left = [candidate for candidate in tier.candidates if self._open(candidate, worst)]
        if not left:
            return None
        candidate = self._drawn(tier_of(left))
        return self._choice(candidate, self._open(candidate, worst))

    def _drawn(self, tier: Tier) -> Candidate:
        return tier.at(self._dice.random()) if self._draw is None else self._draw(tier)

    def _open(self, candidate: Candidate, worst: Standing) -> Sequence[Key]:
        """Return the keys of a candidate that may be tried, of those the ones that stand best."""
        if self._is_closed(candidate) or self._of(candidate.subject) > worst:
            return ()
        best, found = worst, list[Key]()
        for key in self.out.left_of(candidate):
            standing = self._of_key(candidate, key)
            if standing < best:
                best, found = standing, [key]
            elif standing == best:
                found.append(key)
        return found

    def _choice(self, candidate: Candidate, keys: Sequence[Key]) -> Choice:
        key = self._key_of(candidate, keys)
        subjects = [candidate.subject, *subjects_of(candidate, key)]
        standings = [self._of(subject) for subject in subjects]
        claims = [each for each, how in zip(subjects, standings, strict=True) if how is Standing.HALF_OPEN]
        return Choice(candidate, key, tuple(claims), max(standings) >= Standing.OPEN)

    def _is_closed(self, candidate: Candidate) -> bool:
        return self.out.has(candidate) or self._lacks(candidate.abilities)

    def _lacks(self, abilities: Abilities) -> bool:
        return abilities is not UNKNOWN and bool(lack(abilities, self._wants()))

    def _of(self, subject: str) -> Standing:
        return Standing.COOLING if subject in self.out.subjects else self._standings.of(subject)

    def _of_key(self, candidate: Candidate, key: Key) -> Standing:
        standing = max(self._of(key.subject), self._of(key.with_model(candidate.upstream_model)))
        return max(standing, self._of(pool_subject(key.pool))) if key.pool else standing

    def _key_of(self, candidate: Candidate, keys: Sequence[Key]) -> Key:
        if len(keys) == 1:
            return keys[0]
        if candidate.polling and self._turns is not None:
            turn = self._turns.get(candidate.channel_id, 0)
            self._turns[candidate.channel_id] = turn + 1
            return keys[turn % len(keys)]
        return keys[int(self._dice.random() * len(keys))]


def subjects_of(candidate: Candidate, key: Key) -> list[str]:
    """Return whom the health of a key is noted under: itself, with this model, and its pool."""
    found = [key.subject, key.with_model(candidate.upstream_model)]
    return [*found, pool_subject(key.pool)] if key.pool else found
