"""One way to serve a model, with everything resolved that the road needs to take it."""

from collections.abc import Mapping

import msgspec

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.abilities import UNKNOWN, Abilities
from oblivious.channels.names import upstream_name
from oblivious.channels.shaping.shaping import Shaping
from oblivious.contracts.meters import Meter
from oblivious.infra.upstream import Origin

NOTHING: Mapping[str, str] = {}


class Key(msgspec.Struct, frozen=True, gc=False):
    """One secret of a channel, in clear; empty where the provider asks for none.

    Attributes:
        lasting: it is the channel's own, not a token that was given for it and is soon another one.
        pool: the quota that it shares with others; empty: none.
        renames: the channel's name for a model to the one that this key needs.
        meters: its own limits, each with a cost of one.
        pool_meters: those of its pool.
    """

    id: int
    secret: str
    lasting: bool = True
    pool: str = ""
    renames: Mapping[str, str] = NOTHING
    meters: tuple[Meter, ...] = ()
    pool_meters: tuple[Meter, ...] = ()

    def __repr__(self) -> str:
        return f"Key(id={self.id})"

    @property
    def subject(self) -> str:
        """Whom its health is noted under."""
        return f"k{self.id}"

    def with_model(self, upstream_model: str) -> str:
        """Whom the health of the key is noted under, for one model."""
        return f"k{self.id}:{self.called(upstream_model)}"

    def called(self, upstream_model: str) -> str:
        """Return what this key needs the channel's name of a model to be."""
        return upstream_name(self.renames, upstream_model) if self.renames else upstream_model


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
        draining: takes only what can go nowhere else.
        abilities: what the channel can't do.
        meters: its limits, each with a cost of one.
        shaping: what it changes in requests; None: nothing.
        metered: it or one of its keys has limits.
        plain: what its provider's `is_plain` says of the dialect; where that is not known, it is not.
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
    draining: bool = False
    abilities: Abilities = UNKNOWN
    meters: tuple[Meter, ...] = ()
    shaping: Shaping | None = None
    metered: bool = False
    plain: bool = False

    @property
    def subject(self) -> str:
        """Whom its health is noted under."""
        return f"c{self.channel_id}"

    def with_keys(self, keys: tuple[Key, ...]) -> "Candidate":
        """Return the same with only these keys."""
        return msgspec.structs.replace(self, keys=keys)

    def taking(self) -> "Candidate":
        """Return the same as one that takes work."""
        return msgspec.structs.replace(self, draining=False) if self.draining else self

    def to(self, upstream_model: str) -> "Candidate":
        """Return the same for another model."""
        return msgspec.structs.replace(self, upstream_model=upstream_model)


def pool_subject(pool: str) -> str:
    """Whom the health of a pool is noted under."""
    return f"p:{pool}"
