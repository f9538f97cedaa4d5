"""What a channel would change in a request, without a request. Pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import FACES
from oblivious.channels.base_urls import served_at
from oblivious.channels.names import upstream_name
from oblivious.channels.repository import Providers, provider_named
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.dry_run import Draft, dry_run
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.tables import Channel
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.routes.admin.route_asked import headers_of

_SAMPLE = "dry-run"


class DryRunWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request as it would go up to the channel's provider.

    Attributes:
        model: the public model that the client asks for.
        body: in the provider's dialect.
        headers: those of a client that speaks this dialect; conditions and placeholders see them all.
        dialect: in which the provider is spoken to; empty: the channel's first.
        kind: what is asked for: `chat`, `embeddings` or `count`.
        group: whose user asks.
    """

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    body: dict[str, Any]
    headers: dict[str, str] = {}
    dialect: str = ""
    kind: Kind = Kind.CHAT
    group: str = ""


class DraftTold(msgspec.Struct, frozen=True):
    """A request; `headers` are those that the gateway does not write itself."""

    headers: Sequence[tuple[str, str]]
    body: Mapping[str, Any]


class DryRunTold(msgspec.Struct, frozen=True):
    """A request before and after it was shaped.

    Attributes:
        applied: what was done, a line for each thing, as traces have it.
    """

    upstream_model: str
    before: DraftTold
    after: DraftTold
    applied: Sequence[str]


def dry_run_of(channel: Channel, providers: Providers, wish: DryRunWish) -> DryRunTold:
    """Shape a request that goes nowhere.

    Raises:
        ChangeRefused: the channel does not speak the dialect.
    """
    provider = provider_named(providers, channel.provider)
    upstream, dialect = upstream_name(channel.mapping, wish.model), _dialect(channel, provider, wish.dialect)
    headers = headers_of(wish.headers)
    facts = Facts(
        model=wish.model,
        upstream_model=upstream,
        exchange_id=_SAMPLE,
        attempt_id=_SAMPLE,
        group=wish.group,
        channel=channel.name,
        dialect=dialect,
        kind=wish.kind,
        stream=wish.body.get("stream") is True,
        headers=dict(headers),
    )
    body = msgspec.json.encode(wish.body)
    done = dry_run(read_shaping(channel.shaping), facts, _upward(provider, dialect, headers), body)
    return DryRunTold(upstream, _told(done.before), _told(done.after), [str(one) for one in done.applied])


def _dialect(channel: Channel, provider: Provider, given: str) -> str:
    served = list(served_at(provider, channel.base_urls))
    if given and given not in served:
        raise ChangeRefused("dialect", f"is one that the channel speaks: {', '.join(served)}")
    return given or next(iter(served), "")


def _upward(provider: Provider, dialect: str, headers: Headers) -> Headers:
    """Return the headers that go up as they came; none where no client speaks the dialect."""
    face = FACES.get(dialect)
    return (
        []
        if face is None
        else [one for one in face.request_headers(headers, provider.headers) if one in headers]
    )


def _told(draft: Draft) -> DraftTold:
    headers = [(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in draft.headers]
    return DraftTold(headers, msgspec.json.decode(draft.body))
