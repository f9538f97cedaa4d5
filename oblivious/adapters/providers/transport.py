"""How requests reach a provider that carries a dialect in its own way, as data."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from oblivious.adapters.members import members_of

Headers = list[tuple[bytes, bytes]]

_BETAS = b"anthropic-beta"


class Transport(msgspec.Struct, frozen=True):
    """What changes on the way to a provider, after a request was written in its dialect.

    Attributes:
        paths: the dialect's own path to the provider's, below the base URL; `{model}` stands for the model's
            name there, percent-encoded. A path that is missing stays.
        streams: the same for requests that ask for a stream, where it differs.
        query: what the path is followed by.
        sets: members that the body gets, as JSON.
        leaves_out: members that the body must not have.
        drops: headers that stay here.
        betas: the member in which the beta flags of Anthropic's clients go up; empty: in their header.
    """

    paths: Mapping[str, str] = {}
    streams: Mapping[str, str] = {}
    query: bytes = b""
    sets: Mapping[str, bytes] = {}
    leaves_out: frozenset[str] = frozenset()
    drops: frozenset[bytes] = frozenset()
    betas: str = ""

    @property
    def rewrites(self) -> bool:
        """Whether bodies change, so that they must be at hand as a whole."""
        return bool(self.sets or self.leaves_out or self.betas)


def address(transport: Transport, path: str, query: bytes, model: str, *, stream: bool) -> tuple[str, bytes]:
    """Return the provider's path and query for those of the dialect."""
    own = transport.paths.get(path, path)
    if stream:
        own = transport.streams.get(path, own)
    query = b"&".join(filter(None, (transport.query, query)))
    return own.replace("{model}", quote(model, safe="")), query


def headed(transport: Transport, headers: Headers) -> tuple[Headers, list[str]]:
    """Return the headers that go up, and the beta flags that go up in the body instead."""
    kept = [header for header in headers if header[0] not in transport.drops]
    if not transport.betas:
        return kept, []
    betas = [flag for name, value in kept if name == _BETAS for flag in _flags(value)]
    return [header for header in kept if header[0] != _BETAS], betas


def rewritten(transport: Transport, body: bytes, betas: Sequence[str]) -> bytes:
    """Return a body with the members that the provider wants."""
    kept = {name: raw for name, raw in members_of(body).items() if name not in transport.leaves_out}
    kept |= {name: msgspec.Raw(value) for name, value in transport.sets.items()}
    if transport.betas and betas:
        kept[transport.betas] = msgspec.Raw(msgspec.json.encode(list(dict.fromkeys(betas))))
    return msgspec.json.encode(kept)


def _flags(value: bytes) -> list[str]:
    return [flag.strip() for flag in value.decode("latin-1").split(",") if flag.strip()]
