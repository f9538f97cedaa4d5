import json
from array import array
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import GEMINI, OLLAMA
from oblivious.adapters.dialects.ollama.embeddings import read_response, write_request
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import Garbled

TARGET = Target(Provider(name="ollama", speaks={OLLAMA: "http://ollama.test"}, source="a fake"), "nomic")
TEXTS = (Input("a"), Input("b"))


@pytest.mark.parametrize(
    ("members", "said"), [({}, {}), ({"dimensions": 256}, {"dimensions": 256})], ids=["plain", "dimensions"]
)
def test_a_request_is_written(members: dict[str, Any], said: dict[str, Any]) -> None:
    """It knows nothing of tasks."""
    request = EmbeddingRequest(origin=GEMINI, model="m", inputs=TEXTS, task="query", **members)
    out = write_request(request, TARGET)

    assert out.path == "api/embed"
    assert json.loads(out.body) == {"model": "nomic", "input": ["a", "b"], **said}
    assert out.dropped == ["task"]


@pytest.mark.parametrize(
    ("members", "tokens"), [({"prompt_eval_count": 5}, 5), ({}, None)], ids=["told", "not"]
)
def test_an_answer_is_read(members: dict[str, Any], tokens: int | None) -> None:
    """Older versions tell no usage."""
    body = json.dumps({"model": "nomic", "embeddings": [[1.0], [0.5]], **members}).encode()

    assert read_response(body) == EmbeddingAnswer((array("d", [1.0]), array("d", [0.5])), tokens)


@pytest.mark.parametrize("body", [b"{}", b'{"embeddings": [1]}', b'{"embeddings": []}', b"\xff"])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    """As a value."""
    assert isinstance(read_response(body), Garbled)
