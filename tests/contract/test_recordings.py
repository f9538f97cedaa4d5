"""Recordings of real providers: what goes up and what comes back differs by the listed edits only."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from oblivious.adapters.dialects.face import NO_EDITS, Edits, Envelope
from oblivious.adapters.members import members_of
from oblivious.adapters.registry import endpoint_at, face_of
from oblivious.contracts.errors import InvalidRequest, ModelMissing, Refused
from oblivious.contracts.usage import Usage
from tests.fakes.events import parsed

_FOLDER = Path(__file__).parents[3] / "shared" / "cassettes"
_OURS = ("chat/completions", "completions", "embeddings", "responses", "messages")
_NAMELESS = ("chat/completions", "completions")
_PAIRS = sorted((_FOLDER / "envoy-ai-gateway").glob("*.yaml"))
_ANSWERS = sorted((_FOLDER / "vercel-ai").rglob("*.json"))
_STREAMS = sorted((_FOLDER / "vercel-ai").rglob("*.chunks.txt"))
_REFUSED = 400
_EDITED = {"model", "stream_options"}
_MAPPED = Edits(model="mapped-upstream", include_usage=True)
_ASKED = Edits(include_usage=True)

pytestmark = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="the recordings of real providers are not at hand"
)


def _pairs() -> Iterator[Any]:
    for path in _PAIRS:
        for interaction in yaml.safe_load(path.read_text())["interactions"]:
            place = interaction["request"]["url"].split("/v1/")[-1].split("/deployments/gpt-5-nano/")[-1]
            if place in _OURS:
                yield pytest.param(place, interaction, id=path.stem)


def _envelope(place: str, body: bytes) -> Envelope:
    endpoint = endpoint_at(place)
    assert endpoint is not None
    return face_of(endpoint).envelope(endpoint, body)


@pytest.mark.parametrize(("place", "interaction"), list(_pairs()))
class TestPairs:
    def test_what_goes_up_is_the_clients_request(self, place: str, interaction: dict[str, Any]) -> None:
        """Without edits the same bytes, with edits every other member's."""
        body = interaction["request"]["body"].encode()
        if interaction["response"]["code"] == _REFUSED:
            # Of what the upstream refuses, we refuse some ourselves, and never anything else.
            with suppress(InvalidRequest):
                _envelope(place, body)
            return
        envelope = _envelope(place, body)
        face = face_of(envelope.endpoint)
        out = face.outbound(envelope, _MAPPED)
        assert isinstance(out, bytes)
        before, after = members_of(body), members_of(out)

        assert face.outbound(envelope, NO_EDITS) is body
        assert all(bytes(after[name]) == bytes(before[name]) for name in before if name not in _EDITED)
        assert after.keys() - before.keys() <= {"stream_options"}

    def test_what_comes_back_is_the_upstreams_answer(self, place: str, interaction: dict[str, Any]) -> None:
        """Byte for byte, with the usage that it tells; errors find their leaf and keep their words."""
        response = interaction["response"]
        body = response["body"].encode()
        endpoint = endpoint_at(place)
        assert endpoint is not None
        face = face_of(endpoint)
        if response["code"] != 200:
            error = face.read_error(response["code"], [], body)
            assert type(error) is (ModelMissing if "model_not_found" in response["body"] else Refused)
            assert type(error) is ModelMissing or face.error(error, "r").body == body
            return
        envelope = _envelope(place, interaction["request"]["body"].encode())
        if envelope.stream:
            _check_stream(envelope, body)
            return
        answer = face.read_json(endpoint, body)
        assert answer.error is None
        assert answer.usage == _usage(json.loads(body)["usage"])
        assert face.inbound(envelope, NO_EDITS, body) is body
        renamed = members_of(face.inbound(envelope, _MAPPED, body))
        assert all(bytes(renamed[n]) == bytes(raw) for n, raw in members_of(body).items() if n != "model")


@pytest.mark.parametrize("path", _STREAMS, ids=lambda path: path.stem)
class TestStreams:
    def test_a_stream_passes_and_is_counted(self, path: Path) -> None:
        """Events as recorded, put into frames; usage as an independent reader finds it."""
        events = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
        place = _place(events[0])
        if place is None:
            pytest.skip("a dialect that is not relayed yet")
        stream = _framed(path.read_text(), place)
        _check_stream(
            _envelope(place, b'{"model":"m","stream":true,"messages":[{}],"input":"x","prompt":"x"}'), stream
        )


@pytest.mark.parametrize("path", _ANSWERS, ids=lambda path: path.stem)
class TestAnswers:
    def test_an_answer_is_counted(self, path: Path) -> None:
        """As an independent reader does it."""
        body = path.read_bytes()
        value = json.loads(body)
        place = _place(value)
        if place is None or value.get("usage") is None:
            pytest.skip("a dialect that is not relayed yet, or no usage")
        endpoint = endpoint_at(place)
        assert endpoint is not None
        answer = face_of(endpoint).read_json(endpoint, body)

        assert answer.error is None
        assert answer.usage is not None
        searches = answer.usage.searches
        assert answer.usage == _usage(value["usage"], searches)


def _check_stream(envelope: Envelope, stream: bytes) -> None:
    face = face_of(envelope.endpoint)
    plain = face.scanner(envelope, NO_EDITS)
    out = plain.feed(stream) + plain.finish()
    told = [json.loads(data) for _, data in parsed(stream) if data.startswith("{")]
    failed = any(event.get("type") in ("error", "response.failed") or event.get("error") for event in told)
    stripped = face.scanner(envelope, _ASKED)
    kept = stripped.feed(stream) + stripped.finish()

    assert failed == (plain.error is not None)
    assert plain.committed or failed
    if not failed:
        assert out == stream
        assert plain.ended == _ended(told, stream)
        assert plain.usage == _told_usage(told, plain.usage.searches if plain.usage else 0)
        assert _without_usage_chunk(envelope, stream) == kept
        assert stripped.usage == plain.usage


def _without_usage_chunk(envelope: Envelope, stream: bytes) -> bytes:
    if envelope.wants_usage or not envelope.endpoint.usage_option:
        return stream
    events = stream.split(b"\n\n")
    return b"\n\n".join(event for event in events if not _only_usage(event))


def _only_usage(event: bytes) -> bool:
    text = event.removeprefix(b"data: ")
    chunk = json.loads(text) if text.startswith(b"{") else {}
    return bool(chunk.get("usage")) and chunk.get("choices") == []


def _ended(told: list[dict[str, Any]], stream: bytes) -> bool:
    ends = ("message_stop", "response.completed", "response.incomplete")
    return any(event.get("type") in ends for event in told) or stream.rstrip().endswith(b"data: [DONE]")


def _told_usage(told: list[dict[str, Any]], searches: int) -> Usage | None:
    """Find the last word on usage in a stream."""
    if told[0].get("type") == "message_start":
        merged: dict[str, Any] = {}
        for event in told:
            usage = event.get("usage") or event.get("message", {}).get("usage") or {}
            merged.update({name: value for name, value in usage.items() if value is not None})
        return _usage(merged, searches)
    usages = [event.get("usage") or (event.get("response") or {}).get("usage") for event in told]
    found = [usage for usage in usages if usage]
    return _usage(found[-1], searches) if found else None


def _usage(usage: dict[str, Any], searches: int = 0) -> Usage:
    """Count one usage object, independently of the code under test."""
    if "input_tokens" in usage and "input_tokens_details" not in usage and "total_tokens" not in usage:
        read, made = usage.get("cache_read_input_tokens") or 0, usage.get("cache_creation_input_tokens") or 0
        hour = (usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens", 0)
        thought = (usage.get("output_tokens_details") or {}).get("thinking_tokens", 0)
        whole = usage["input_tokens"] + read + made
        return Usage(whole, usage["output_tokens"], read, made - hour, hour, thought, searches=searches)
    given = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    spent = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    total_in = usage.get("prompt_tokens", usage.get("input_tokens", 0))
    total_out = usage.get("completion_tokens", usage.get("output_tokens", 0))
    reasoning = spent.get("reasoning_tokens") or 0
    if reasoning and usage.get("total_tokens") == total_in + total_out + reasoning:
        total_out += reasoning
    return Usage(
        total_in,
        total_out,
        given.get("cached_tokens") or usage.get("prompt_cache_hit_tokens") or usage.get("cached_tokens") or 0,
        reasoning_tokens=reasoning,
        audio_input_tokens=given.get("audio_tokens") or 0,
        audio_output_tokens=spent.get("audio_tokens") or 0,
        searches=searches,
    )


def _framed(lines: str, place: str) -> bytes:
    """Put back the framing that was left off."""
    pieces = []
    for line in filter(str.strip, lines.splitlines()):
        name = "" if place in _NAMELESS else json.loads(line)["type"]
        pieces.append((f"event: {name}\n" if name else "") + f"data: {line}\n\n")
    tail = "data: [DONE]\n\n" if place in _NAMELESS else ""
    return ("".join(pieces) + tail).encode()


def _place(value: dict[str, Any]) -> str | None:
    kind, thing = str(value.get("type")), str(value.get("object"))
    if thing.startswith("chat.completion"):
        return "chat/completions"
    if thing == "text_completion":
        return "completions"
    if thing == "response" or kind.startswith("response."):
        return "responses"
    return "messages" if kind in ("message", "message_start") else None
