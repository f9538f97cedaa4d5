import json
from array import array
from typing import Any

import pytest

from oblivious.adapters.dialects.cohere.embeddings import read_response, write_request
from oblivious.adapters.dialects.endpoint import COHERE, OPENAI_CHAT
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.tasks import TASKS
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import Garbled, InvalidRequest, Refused

TARGET = Target(
    Provider(name="cohere", speaks={COHERE: "https://cohere.test/v2"}, source="a fake"), "embed-v4.0"
)


def asked(count: int = 1, **members: Any) -> EmbeddingRequest:
    return EmbeddingRequest(origin=OPENAI_CHAT, model="m", inputs=(Input("hello"),) * count, **members)


def test_a_request_always_says_what_it_is_for() -> None:
    """Else Cohere takes it for nothing; most texts are documents."""
    out = write_request(asked(dimensions=256, user="me"), TARGET)

    assert out.path == "embed"
    assert json.loads(out.body) == {
        "model": "embed-v4.0",
        "texts": ["hello"],
        "input_type": "search_document",
        "embedding_types": ["float"],
        "output_dimension": 256,
    }
    assert out.dropped == ["user"]


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_type(task: str) -> None:
    """There are four."""
    said = json.loads(write_request(asked(task=task), TARGET).body)["input_type"]

    assert said in {"search_query", "search_document", "classification", "clustering"}


def test_a_batch_beyond_the_limit_is_refused() -> None:
    """It takes 96 texts."""
    write_request(asked(96), TARGET)
    with pytest.raises(InvalidRequest, match="96"):
        write_request(asked(97), TARGET)


@pytest.mark.parametrize(
    "embeddings", [{"float": [[1.0]], "int8": None}, [[1.0]]], ids=["by type", "without a type"]
)
@pytest.mark.parametrize(
    ("meta", "tokens"), [({"billed_units": {"input_tokens": 5.0}}, 5), ({}, None), (None, None)]
)
def test_an_answer_is_read(embeddings: Any, meta: Any, tokens: int | None) -> None:
    """What is billed is what was used."""
    read = read_response(json.dumps({"id": "1", "embeddings": embeddings, "meta": meta}).encode())

    assert read == EmbeddingAnswer((array("d", [1.0]),), tokens)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"embeddings": {"int8": [[1]]}}', Garbled),
        (b'{"embeddings": []}', Garbled),
        (b"nothing", Garbled),
        (b'{"message": "a word is on the deny list requires moderation"}', Refused),
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes, kind: type[Exception]) -> None:
    """As a value."""
    assert isinstance(read_response(body), kind)
