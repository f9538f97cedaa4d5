"""One way to serve a model, with everything resolved that the road needs to take it."""

import msgspec

from oblivious.adapters.providers.provider import Provider
from oblivious.infra.upstream import Origin


class Key(msgspec.Struct, frozen=True, gc=False):
    """One secret of a channel, in clear; empty where the provider asks for none.

    Attributes:
        lasting: it is the channel's own, not a token that was given for it and is soon another one.
    """

    id: int
    secret: str
    lasting: bool = True

    def __repr__(self) -> str:
        return f"Key(id={self.id})"


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A channel, for one model in one dialect.

    Attributes:
        base_url: up to and with the version, without a slash at its end.
        origin: where its connections go.
        upstream_model: the provider's name for the model.
        weight: its share among those of the same priority; 0: only when no other of them is left.
        priority: higher is tried first.
        keys: what is switched on; never empty.
        polling: the keys are taken in turn; else by dice.
    """

    channel_id: int
    name: str
    provider: Provider
    dialect: str
    base_url: str
    origin: Origin
    upstream_model: str
    keys: tuple[Key, ...]
    weight: int = 1
    priority: int = 0
    polling: bool = False

    def with_keys(self, keys: tuple[Key, ...]) -> "Candidate":
        """Return the same with only these keys."""
        return msgspec.structs.replace(self, keys=keys)

    def to(self, upstream_model: str) -> "Candidate":
        """Return the same for another model."""
        return msgspec.structs.replace(self, upstream_model=upstream_model)
