"""What a vendor answers, as cassettes of our own: its usage is understood, and its errors are judged."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES, Kind
from oblivious.adapters.dialects.face import NO_EDITS
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, PROVIDERS, UPSTREAMS, Endpoint, endpoint_at, face_of
from oblivious.contracts.errors import UpstreamError
from oblivious.contracts.usage import Usage
from tests.contract.translation.features import ask
from tests.fakes.events import data, named

_ELSEWHERE = frozenset({"demo", "bedrock", "vertex"})
"""Ours, and clouds that carry the dialects of others: `tests/e2e/` has them."""

_OK = 200
_CASSETTES = sorted((Path(__file__).parents[1] / "cassettes/providers").glob("*.json"))


def _answers(member: str, kind: Kind | None = None) -> list[Any]:
    """Return endpoint and answer of all answers that have a member; of one kind of endpoint, if said."""
    cassettes = [(path.stem, json.loads(path.read_text())) for path in _CASSETTES]
    return [
        pytest.param(_endpoint(cassette), answer, id=f"{name}-{number}")
        for name, cassette in cassettes
        for number, answer in enumerate(cassette["answers"], 1)
        if member in answer and kind in (None, _endpoint(cassette).kind)
    ]


def _endpoint(cassette: dict[str, Any]) -> Endpoint:
    endpoint = endpoint_at(cassette["endpoint"])
    assert endpoint is not None
    return endpoint


@pytest.mark.parametrize("path", _CASSETTES, ids=lambda path: path.stem)
def test_it_is_of_a_vendor_that_we_have(path: Path) -> None:
    """Named after its row in the table, in a dialect that the vendor speaks."""
    cassette = json.loads(path.read_text())
    assert cassette["provider"] == path.stem
    assert _endpoint(cassette).dialect in PROVIDERS[path.stem].speaks


def test_every_row_has_one() -> None:
    """But those that speak only dialects with suites of their own."""
    relayed = {OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC}
    rows = {row.name for row in PROVIDERS.values() if row.speaks.keys() & relayed}
    assert rows - _ELSEWHERE - {path.stem for path in _CASSETTES} == set()


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("endpoint", "answer"), _answers("usage", Kind.CHAT))
def test_any_client_gets_it(endpoint: Endpoint, answer: dict[str, Any], client: str) -> None:
    """Its usage is the same, whatever dialect it is told in."""
    if endpoint.kind is not Kind.CHAT:
        return
    plan = ClientPlan(
        msgspec.structs.replace(ask(stream="events" in answer), origin=client), wants_usage=True
    )
    upstream = UPSTREAMS[endpoint.dialect]
    if "body" in answer:
        read = upstream.read_response(json.dumps(answer["body"]).encode(), UpstreamPlan())
        assert isinstance(read, ChatResponse)
        assert read.usage == Usage(**answer["usage"])
        json.loads(CLIENTS[client].write_response(read, plan))
        return
    translator = Translator(upstream.decoder(UpstreamPlan()), CLIENTS[client].encoder(plan))
    translator.feed(_spoken(answer["events"]))
    translator.finish()
    assert (translator.usage, translator.ended, translator.error) == (Usage(**answer["usage"]), True, None)


def _spoken(events: list[Any]) -> bytes:
    return (named if "type" in events[0] else data)(*events)


@pytest.mark.parametrize(("endpoint", "answer"), _answers("usage"))
def test_its_usage_is_understood(endpoint: Endpoint, answer: dict[str, Any]) -> None:
    """Of a whole answer, or of a stream, which is also seen to end."""
    expected = Usage(**answer["usage"])
    face = face_of(endpoint)
    if "body" in answer:
        assert face.read_json(endpoint, json.dumps(answer["body"]).encode()).usage == expected
        return
    scanner = _scanner(endpoint)
    scanner.feed(_spoken(answer["events"]))
    scanner.finish()
    assert (scanner.usage, scanner.ended, scanner.error) == (expected, True, None)


@pytest.mark.parametrize(("endpoint", "answer"), _answers("error"))
def test_its_errors_are_judged(endpoint: Endpoint, answer: dict[str, Any]) -> None:
    """As the leaf of our tree that says who can do something about it; in streams by whoever reads them."""
    judged = _judged_whole(endpoint, answer) if "body" in answer else _judged_in_stream(endpoint, answer)
    assert [fault.code if fault is not None else None for fault in judged] == [answer["error"]] * len(judged)


def _judged_whole(endpoint: Endpoint, answer: dict[str, Any]) -> list[UpstreamError | None]:
    face, body = face_of(endpoint), json.dumps(answer["body"]).encode()
    well = answer["status"] == _OK
    return [face.read_json(endpoint, body).error if well else face.read_error(answer["status"], [], body)]


def _judged_in_stream(endpoint: Endpoint, answer: dict[str, Any]) -> list[UpstreamError | None]:
    upstream, client = UPSTREAMS[endpoint.dialect], CLIENTS[endpoint.dialect]
    plan = ClientPlan(msgspec.structs.replace(ask(stream=True), origin=client.name))
    readers: tuple[Stream, ...] = (
        _scanner(endpoint),
        Translator(upstream.decoder(UpstreamPlan()), client.encoder(plan)),
    )
    for reader in readers:
        reader.feed(_spoken(answer["events"]))
        reader.finish()
        assert not reader.ended
    return [reader.error for reader in readers]


def _scanner(endpoint: Endpoint) -> Stream:
    conversation = json.dumps({"model": "m", "stream": True, endpoint.conversation: [{}]}).encode()
    face = face_of(endpoint)
    return face.scanner(face.envelope(endpoint, conversation), NO_EDITS)
