"""What a vendor answers, as cassettes of our own: its usage is understood, and its errors are judged."""

import json
from pathlib import Path
from typing import Any

import pytest

from oblivious.adapters.dialects.face import NO_EDITS
from oblivious.adapters.registry import PROVIDERS, Endpoint, endpoint_at, face_of
from oblivious.contracts.usage import Usage
from tests.fakes.events import data, named

_CASSETTES = sorted((Path(__file__).parents[1] / "cassettes/providers").glob("*.json"))


def _answers(kind: str) -> list[Any]:
    """Return endpoint and answer for every answer that has a member of that name."""
    cassettes = [(path.stem, json.loads(path.read_text())) for path in _CASSETTES]
    return [
        pytest.param(_endpoint(cassette), answer, id=f"{name}-{number}")
        for name, cassette in cassettes
        for number, answer in enumerate(cassette["answers"], 1)
        if kind in answer
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


@pytest.mark.parametrize(("endpoint", "answer"), _answers("usage"))
def test_its_usage_is_understood(endpoint: Endpoint, answer: dict[str, Any]) -> None:
    """Of a whole answer, or of a stream, which is also seen to end."""
    expected = Usage(**answer["usage"])
    face = face_of(endpoint)
    if "body" in answer:
        assert face.read_json(endpoint, json.dumps(answer["body"]).encode()).usage == expected
        return
    conversation = json.dumps({"model": "m", "stream": True, endpoint.conversation: [{}]}).encode()
    scanner = face.scanner(face.envelope(endpoint, conversation), NO_EDITS)
    spoken = named if "type" in answer["events"][0] else data
    scanner.feed(spoken(*answer["events"]))
    assert (scanner.usage, scanner.ended, scanner.error) == (expected, True, None)


@pytest.mark.parametrize(("endpoint", "answer"), _answers("error"))
def test_its_errors_are_judged(endpoint: Endpoint, answer: dict[str, Any]) -> None:
    """As the leaf of our tree that says who can do something about it."""
    fault = face_of(endpoint).read_error(answer["status"], [], json.dumps(answer["body"]).encode())
    assert fault.code == answer["error"]
