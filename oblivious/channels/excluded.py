"""Whom one exchange does not ask again. Pure."""

from collections.abc import Sequence

from oblivious.channels.candidate import Candidate, Key


class Excluded:
    """Channels, keys, and keys for one model come no more; subjects and the postponed until they are let in.

    Attributes:
        channels, keys: by number.
        ways: keys, each for one of the provider's models.
        subjects: what health and limits are noted under.
        postponed: channels, each for one of the provider's models.
        context_tokens: who is not known to take more input than this, if it is not below zero.
    """

    __slots__ = ("channels", "context_tokens", "keys", "postponed", "subjects", "ways")

    def __init__(self) -> None:
        self.channels: set[int] = set()
        self.keys: set[int] = set()
        self.ways: set[tuple[int, str]] = set()
        self.subjects: set[str] = set()
        self.postponed: set[tuple[int, str]] = set()
        self.context_tokens = -1

    def has(self, candidate: Candidate) -> bool:
        """Say whether a channel is excluded or postponed, whatever its keys are."""
        channel = candidate.channel_id
        if self.context_tokens >= (candidate.abilities.context_tokens or 0):
            return True
        return channel in self.channels or (channel, candidate.upstream_model) in self.postponed

    def left_of(self, candidate: Candidate) -> Sequence[Key]:
        """Return the keys of a candidate that are not excluded."""
        if not self.keys and not self.ways:
            return candidate.keys
        model, keys, ways = candidate.upstream_model, self.keys, self.ways
        return [key for key in candidate.keys if key.id not in keys and (key.id, model) not in ways]
