"""One cell of the matrix: a client of one dialect, an upstream of another, and a feature between them.

Client and upstream are played by the dialects' own faces: who writes requests for a provider can write them
as a user's client does, and who reads a provider's answers can read those that a client gets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from oblivious.adapters import sse
from oblivious.adapters.chat.events import ChatEvent
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    BEDROCK,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
)
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, PROVIDERS, UPSTREAMS
from oblivious.contracts.errors import InvalidRequest
from oblivious.gateway.road.media import as_data, wanted_by
from tests.contract.translation.features import PNG, Feature, ask
from tests.contract.translation.folding import events_of, folded
from tests.contract.translation.peers.table import PEERS, envelope

MODELS = {
    OPENAI_CHAT: ("openai", "gpt-5.2"),
    OPENAI_RESPONSES: ("openai", "gpt-5.2"),
    ANTHROPIC: ("anthropic", "claude-sonnet-4-6"),
    GEMINI: ("gemini", "gemini-3-pro"),
    BEDROCK: ("bedrock", "us.anthropic.claude-sonnet-4-6"),
    OLLAMA: ("ollama", "gpt-oss:20b"),
    COHERE: ("cohere", "command-a-plus-05-2026"),
}
"""By dialect: a provider that speaks it, and a model there."""

_CHUNK = 7
_PLAIN = ask()


@dataclass(frozen=True)
class Exchanged:
    """What became of a request on its way up.

    Attributes:
        said: as the client said it; it may have no words for the feature itself.
        arrived: as the upstream understood it.
    """

    said: ChatRequest
    arrived: ChatRequest
    client_plan: ClientPlan
    upstream_plan: UpstreamPlan
    seen: ClientPlan


class Unsayable(Exception):
    """The client's own dialect has no words for the feature."""


def target(dialect: str) -> Target:
    provider, model = MODELS[dialect]
    return Target(PROVIDERS[provider], model)


def exchanged(client: str, upstream: str, request: ChatRequest) -> Exchanged:
    """Take a request up.

    Raises:
        Unsayable: the client cannot even ask for it.
        InvalidRequest: the gateway says that the upstream cannot.
    """
    try:
        written = UPSTREAMS[client].write_request(request, target(client))
    except InvalidRequest as error:
        raise Unsayable(error.message) from error
    said, client_plan = CLIENTS[client].read_request(envelope(client, written, request))
    plan = msgspec.structs.replace(
        client_plan, exchange_id="x1", created=5, wants_usage=True, wants_state=True
    )
    out = UPSTREAMS[upstream].write_request(prepared(client, upstream, said), target(upstream))
    arrived, seen = PEERS[upstream].read_request(out, said)
    seen = msgspec.structs.replace(seen, exchange_id="u1", created=5, wants_usage=True, wants_state=True)
    return Exchanged(said, arrived, plan, out.plan, seen)


def prepared(client: str, upstream: str, said: ChatRequest) -> ChatRequest:
    """Do what the road does before it writes for another dialect: fetch, here from a web of one picture."""
    face = UPSTREAMS[upstream]
    urls = [medium.source.url for medium in wanted_by(face, said)] if client != upstream else []
    return as_data(said, face, dict.fromkeys(urls, PNG)) if urls else said


def answered(client: str, upstream: str, answer: ChatResponse, way: Exchanged) -> ChatResponse:
    """Bring a whole answer down."""
    body = PEERS[upstream].write_response(answer, way.seen)
    read = UPSTREAMS[upstream].read_response(body, way.upstream_plan)
    assert isinstance(read, ChatResponse), read
    again = CLIENTS[client].write_response(read, way.client_plan)
    heard = UPSTREAMS[client].read_response(again, UpstreamPlan())
    assert isinstance(heard, ChatResponse), heard
    return heard


def streamed(client: str, upstream: str, answer: ChatResponse, way: Exchanged) -> ChatResponse:
    """Bring an answer down in pieces, cut where no event ends."""
    encoder = PEERS[upstream].encoder(way.seen)
    sent = b"".join(encoder.feed(event) for event in events_of(answer))
    translator = Translator(
        UPSTREAMS[upstream].decoder(way.upstream_plan), CLIENTS[client].encoder(way.client_plan)
    )
    down = b"".join(translator.feed(sent[at : at + _CHUNK]) for at in range(0, len(sent), _CHUNK))
    down += translator.finish()
    assert translator.error is None, translator.error
    assert translator.ended
    return folded(heard_by(client, down))


def heard_by(client: str, down: bytes) -> Iterator[ChatEvent]:
    decoder = UPSTREAMS[client].decoder(UpstreamPlan())
    for event in sse.events(down):
        data = sse.data_of(event)
        if data is not None:
            yield from decoder.feed(data)
    yield from decoder.finish()


def verdict(client: str, upstream: str, feature: Feature, *, stream: bool) -> str:
    """Say what becomes of a feature: `kept`, `changed`, `refused`, or `unsayable` in the client's dialect."""
    try:
        up = _asked(client, upstream, feature, stream=stream)
    except Unsayable:
        return "unsayable"
    except InvalidRequest:
        return "refused"
    down = _heard_back(client, upstream, feature, stream=stream)
    return "changed" if "changed" in (up, down) else "unsayable" if "unsayable" in (up, down) else "kept"


def _asked(client: str, upstream: str, feature: Feature, *, stream: bool) -> str:
    if feature.request is None:
        return "kept"
    wanted = msgspec.structs.replace(feature.request, stream=stream)
    way = exchanged(client, upstream, wanted)
    if feature.asked(way.said) != feature.asked(wanted):
        return "unsayable"
    return "kept" if feature.asked(way.arrived) == feature.asked(wanted) else "changed"


def _heard_back(client: str, upstream: str, feature: Feature, *, stream: bool) -> str:
    if feature.answer is None:
        return "kept"
    bring = streamed if stream else answered
    request = msgspec.structs.replace(feature.request or _PLAIN, stream=stream)
    way = exchanged(client, upstream, request)
    own = exchanged(client, client, request)
    if feature.heard(bring(client, client, feature.answer, own)) != feature.heard(feature.answer):
        return "unsayable"
    heard: Any = feature.heard(bring(client, upstream, feature.answer, way))
    return "kept" if heard == feature.heard(feature.answer) else "changed"
