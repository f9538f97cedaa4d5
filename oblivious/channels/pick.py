"""Which candidate is tried next. Pure: the dice, the cursors and who rests are arguments."""

from bisect import bisect
from collections.abc import MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from random import Random

from oblivious.channels.candidate import Candidate, Key

Choice = tuple[Candidate, Key]


class Attempts:
    """The order in which one exchange asks its candidates.

    A tier of equal priority is used up before the next one starts; within a tier the dice decide by
    weight, and who weighs nothing comes when nobody else of the tier is left. Keys that rest come after
    everything else. What was excluded never comes again; everything else may.
    """

    __slots__ = ("_candidates", "_channels", "_cursors", "_dice", "_keys", "_resting")

    def __init__(
        self,
        candidates: Sequence[Candidate],
        dice: Random,
        cursors: MutableMapping[int, int],
        *,
        resting: AbstractSet[int] = frozenset(),
    ) -> None:
        """Begin an exchange.

        Args:
            candidates: by falling priority, as the directory has them.
            dice: decides.
            cursors: by channel, how often its keys were taken in turn; counted on here.
            resting: keys that asked to be left alone.
        """
        self._candidates = candidates
        self._dice = dice
        self._cursors = cursors
        self._resting = resting
        self._channels: set[int] = set()
        self._keys: set[int] = set()

    def exclude_channel(self, channel_id: int) -> None:
        """Never choose the channel again."""
        self._channels.add(channel_id)

    def exclude_key(self, key_id: int) -> None:
        """Never choose the key again; others of its channel may be."""
        self._keys.add(key_id)

    def next(self) -> Choice | None:
        """Return who is asked next, None when nobody is left."""
        if self._resting:
            return self._choose(self._keys | self._resting) or self._choose(self._keys)
        return self._choose(self._keys)

    def _choose(self, closed: AbstractSet[int]) -> Choice | None:
        tier: list[Candidate] = []
        sums: list[int] = []
        total = 0
        for candidate in self._candidates:
            if tier and candidate.priority != tier[0].priority:
                break
            if candidate.channel_id in self._channels:
                continue
            if closed and all(key.id in closed for key in candidate.keys):
                continue
            total += candidate.weight
            tier.append(candidate)
            sums.append(total)
        if not tier:
            return None
        roll = self._dice.random()
        chosen = tier[bisect(sums, int(roll * total)) if total else int(roll * len(tier))]
        return chosen, self._key_of(chosen, closed)

    def _key_of(self, candidate: Candidate, closed: AbstractSet[int]) -> Key:
        keys: Sequence[Key] = candidate.keys
        if closed:
            keys = [key for key in keys if key.id not in closed]
        if len(keys) == 1:
            return keys[0]
        if candidate.polling:
            turn = self._cursors.get(candidate.channel_id, 0)
            self._cursors[candidate.channel_id] = turn + 1
            return keys[turn % len(keys)]
        return keys[int(self._dice.random() * len(keys))]
