"""Translation: any split is the same stream, and whatever is wrong with a text is an error of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.adapters import sse
from oblivious.adapters.chat.events import Failed
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from tests.contract.translation.cells import exchanged, target
from tests.contract.translation.features import FEATURES, ask
from tests.contract.translation.folding import events_of
from tests.contract.translation.peers.table import PEERS, envelope

ANSWERS = [feature.answer for feature in FEATURES if feature.answer is not None]
REQUESTS = [feature.request for feature in FEATURES if feature.request is not None]
_by_dialect = pytest.mark.parametrize("dialect", UPSTREAMS)
_few = settings(max_examples=150, deadline=None)

_odd = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 10**12), st.floats(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something could be replaced."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _places(each, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy: Any = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], odd)
    return copy


def _spoilt(draw: Any, text: bytes) -> bytes:
    """Put something odd in a random place of a JSON text."""
    value = json.loads(text)
    path = draw(st.sampled_from(list(_places(value))))
    return json.dumps(_replaced(value, path, draw(_odd))).encode("utf-8", "replace")


def _sent(dialect: str, answer: ChatResponse) -> bytes:
    way = exchanged("openai_chat", dialect, ask(stream=True))
    encoder = PEERS[dialect].encoder(way.seen)
    return b"".join(encoder.feed(event) for event in events_of(answer))


@_by_dialect
@_few
@given(data=st.data())
def test_any_split_is_the_same_stream(dialect: str, data: st.DataObject) -> None:
    """Wherever the network cuts."""
    sent = _sent(dialect, data.draw(st.sampled_from(ANSWERS)))
    way = exchanged("openai_chat", dialect, ask(stream=True))

    def down(pieces: list[bytes]) -> bytes:
        translator = Translator(
            UPSTREAMS[dialect].decoder(way.upstream_plan),
            CLIENTS["openai_chat"].encoder(way.client_plan),
        )
        return b"".join(map(translator.feed, pieces)) + translator.finish()

    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)), max_size=8)))
    pieces = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    assert down(pieces) == down([sent])


@pytest.mark.parametrize("dialect", CLIENTS)
@_few
@given(data=st.data())
def test_a_spoilt_request_is_read_or_refused(dialect: str, data: st.DataObject) -> None:
    """And what was read can be written for everybody, or is refused by name."""
    request = data.draw(st.sampled_from(REQUESTS))
    try:
        out = UPSTREAMS[dialect].write_request(request, target(dialect))
        spoilt = Outgoing(out.path, _spoilt(data.draw, out.body), out.plan, out.query)
        read, _ = CLIENTS[dialect].read_request(envelope(dialect, spoilt, request))
        for other in UPSTREAMS.values():
            other.write_request(read, target(other.name))
    except InvalidRequest:
        return


@_by_dialect
@_few
@given(data=st.data())
def test_a_spoilt_answer_is_read_or_an_error(dialect: str, data: st.DataObject) -> None:
    """Never an exception; and what was read can be written for everybody."""
    way = exchanged("openai_chat", dialect, ask())
    body = PEERS[dialect].write_response(data.draw(st.sampled_from(ANSWERS)), way.seen)
    read = UPSTREAMS[dialect].read_response(_spoilt(data.draw, body), UpstreamPlan())

    if isinstance(read, UpstreamError):
        return
    for face in CLIENTS.values():
        json.loads(face.write_response(read, way.client_plan))


@_by_dialect
@_few
@given(data=st.data())
def test_a_spoilt_stream_is_told_or_an_error(dialect: str, data: st.DataObject) -> None:
    """The same, event by event."""
    events = [sse.data_of(event) for event in sse.events(_sent(dialect, data.draw(st.sampled_from(ANSWERS))))]
    way = exchanged("openai_chat", dialect, ask(stream=True))
    decoder = UPSTREAMS[dialect].decoder(way.upstream_plan)
    encoders = [face.encoder(way.client_plan) for face in CLIENTS.values()]
    spoil = data.draw(st.integers(0, len(events) - 1))
    for place, event in enumerate(events):
        if event is None:
            continue
        said = _spoilt(data.draw, event) if place == spoil and event.startswith(b"{") else event
        for told in decoder.feed(said):
            if isinstance(told, Failed):
                return
            for encoder in encoders:
                encoder.feed(told)


@_by_dialect
@_few
@given(noise=st.binary(max_size=40))
def test_noise_is_an_error(dialect: str, noise: bytes) -> None:
    """Whatever bytes come."""
    face = UPSTREAMS[dialect]
    assert isinstance(face.read_response(noise, UpstreamPlan()), UpstreamError | ChatResponse)
    list(face.decoder(UpstreamPlan()).feed(noise))
