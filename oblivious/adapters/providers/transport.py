"""How requests reach a provider that carries a dialect in its own way, as data."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

import msgspec

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.members import members_of

_BETAS = b"anthropic-beta"
_PLAIN = "@"
"""Versions of models stand behind it; it means nothing in a path."""


class Transport(msgspec.Struct, frozen=True):
    """What changes on the way to a provider, after a request was written in its dialect.

    Attributes:
        paths: the dialect's own path to the provider's, below the base URL; `{model}` stands for the model's
            name there, percent-encoded. A path that is missing stays.
        streams: the same for requests that ask for a stream, where it differs.
        below: what stands between the base URL and every path.
        query: what the path is followed by; a channel's base URL may bring another one.
        keeps_query: the query that came with the request goes along.
        sets: members that the body gets, as JSON.
        mends: members that are written otherwise there, and how.
        leaves_out: members that the body must not have.
        leaves_in: the dialect's own paths whose bodies keep those members.
        drops: headers that stay here.
        betas: the member in which the beta flags of Anthropic's clients go up; empty: in their header.
        renames: beta flags that have another name there.
        takes: the beta flags that go up, by their names there; empty: all of them.
        lacks: paths of the dialect that the provider has nothing for.
        fetches: images and documents may be given by URLs, if the dialect's own vendor fetches them.
        predicts: a pattern; models whose names hold it make vectors by `predict`; empty: none do.
        counts: the members of a request that a count takes there, where it is not asked as in the dialect.
    """

    paths: Mapping[str, str] = {}
    streams: Mapping[str, str] = {}
    below: str = ""
    query: bytes = b""
    keeps_query: bool = True
    sets: Mapping[str, bytes] = {}
    mends: Mapping[str, Callable[[msgspec.Raw], msgspec.Raw]] = {}
    leaves_out: frozenset[str] = frozenset()
    leaves_in: frozenset[str] = frozenset()
    drops: frozenset[bytes] = frozenset()
    betas: str = ""
    renames: Mapping[str, str] = {}
    takes: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    fetches: bool = True
    predicts: str = ""
    counts: frozenset[str] = frozenset()

    @property
    def rewrites(self) -> bool:
        """Whether bodies change, so that they must be at hand as a whole."""
        return bool(self.sets or self.mends or self.leaves_out or self.betas)


def address(
    transport: Transport, path: str, query: bytes, model: str, *, stream: bool, own_query: bytes = b""
) -> tuple[str, bytes]:
    """Return the provider's path and query for those of the dialect; `own_query` is the channel's."""
    own = transport.paths.get(path, path)
    if stream:
        own = transport.streams.get(path, own)
    own = f"{transport.below}/{own}" if transport.below else own
    came = query if transport.keeps_query else b""
    query = b"&".join(filter(None, (own_query or transport.query, came)))
    return own.replace("{model}", quote(model, safe=_PLAIN)), query


def headed(transport: Transport, headers: Headers) -> tuple[Headers, list[str]]:
    """Return the headers that go up, and the beta flags that go up in the body instead."""
    kept = [header for header in headers if header[0] not in transport.drops]
    if not (transport.betas or transport.takes):
        return kept, []
    sent = [flag for name, value in kept if name == _BETAS for flag in _flags(value)]
    named = [transport.renames.get(flag, flag) for flag in sent]
    betas = [flag for flag in dict.fromkeys(named) if not transport.takes or flag in transport.takes]
    others = [header for header in kept if header[0] != _BETAS]
    if betas and not transport.betas:
        return [*others, (_BETAS, ",".join(betas).encode())], []
    return others, betas


def rewritten(transport: Transport, path: str, body: bytes, betas: Sequence[str]) -> bytes:
    """Return a body with the members that the provider wants at a path of the dialect's."""
    left_out = frozenset[str]() if path in transport.leaves_in else transport.leaves_out
    kept = {name: raw for name, raw in members_of(body).items() if name not in left_out}
    kept |= {name: mend(kept[name]) for name, mend in transport.mends.items() if name in kept}
    kept |= {name: msgspec.Raw(value) for name, value in transport.sets.items()}
    if transport.betas and betas:
        kept[transport.betas] = msgspec.Raw(msgspec.json.encode(list(betas)))
    return msgspec.json.encode(kept)


def _flags(value: bytes) -> list[str]:
    return [flag.strip() for flag in value.decode("latin-1").split(",") if flag.strip()]
