"""Embeddings that real providers once made, read by a small reader of their own and by ours."""

import base64
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from oblivious.adapters.dialects.cohere.embeddings import EMBEDDING_UPSTREAM as COHERE
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.adapters.dialects.openai_chat.face import OpenAIChat
from oblivious.adapters.dialects.openai_chat.translate.embeddings import (
    EMBEDDING_UPSTREAM,
    read_request,
    write_response,
)
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.table import EMBEDDING_CLIENTS
from oblivious.adapters.embeddings.tokens import spelled_out
from oblivious.contracts.errors import InvalidRequest, ModelMissing, Refused
from oblivious.infra.vocabulary import vocabulary
from tests.contract.recorded import FOLDER

_FINE = 200

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the recordings of real providers are not at hand"
)


def _recorded() -> Iterator[tuple[str, str, int, str]]:
    """Yield name, request, status and answer of each."""
    for path in sorted((FOLDER / "envoy-ai-gateway").glob("embeddings-*.yaml")):
        for one in yaml.safe_load(path.read_text())["interactions"]:
            yield path.stem, one["request"]["body"], one["response"]["code"], one["response"]["body"]


RECORDED = list(_recorded())
FINE = [one for one in RECORDED if one[2] == _FINE]
REFUSED = [one for one in RECORDED if one[2] != _FINE]
_fine = pytest.mark.parametrize(
    ("asked", "answer"), [(asked, answer) for _, asked, _, answer in FINE], ids=[one[0] for one in FINE]
)


def _plain(embedding: Any) -> list[float]:
    if isinstance(embedding, list):
        return embedding
    data = base64.b64decode(embedding)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def _asked(body: str) -> EmbeddingRequest:
    return read_request(OpenAIChat().envelope(EMBEDDINGS, body.encode()))


def test_there_are_some() -> None:
    """Else nothing below would say anything."""
    assert (len(FINE), len(REFUSED)) >= (8, 2)


@_fine
def test_a_request_is_read(asked: str, answer: str) -> None:
    """One input for each vector that came back."""
    whole = json.loads(asked)
    request = _asked(asked)

    assert len(request.inputs) == len(json.loads(answer)["data"])
    assert request.packed == (whole["encoding_format"] == "base64")
    assert (request.dimensions, request.extra) == (whole.get("dimensions"), ())


@_fine
def test_an_answer_is_read(asked: str, answer: str) -> None:
    """Vectors and usage; and the client gets them as it asked."""
    told = json.loads(answer)
    expected = [_plain(item["embedding"]) for item in told["data"]]
    read = EMBEDDING_UPSTREAM.read_response(answer.encode())

    assert isinstance(read, EmbeddingAnswer)
    assert [list(vector) for vector in read.vectors] == expected
    assert read.tokens == told["usage"]["prompt_tokens"]
    again = json.loads(write_response(read, read.tokens or 0, _asked(asked)))
    assert [item["embedding"] for item in again["data"]] == [item["embedding"] for item in told["data"]]
    assert again["usage"] == told["usage"]


@_fine
def test_a_gemini_client_would_get_the_same(asked: str, answer: str) -> None:
    """In its own words."""
    read = EMBEDDING_UPSTREAM.read_response(answer.encode())
    assert isinstance(read, EmbeddingAnswer)
    request = EmbeddingRequest(origin=GEMINI, model="m", inputs=_asked(asked).inputs)
    told = json.loads(EMBEDDING_CLIENTS[GEMINI].write_response(read, 5, request))

    assert [vector["values"] for vector in told["embeddings"]] == [
        _plain(item["embedding"]) for item in json.loads(answer)["data"]
    ]


def test_tokens_are_spelled_out_to_the_text_that_they_were_made_of() -> None:
    """The provider made the same vector of both."""
    by_name = {name: (asked, answer) for name, asked, _, answer in RECORDED}
    tokens, text = by_name["embeddings-tokens"], by_name["embeddings-base64"]

    assert json.loads(tokens[1])["data"] == json.loads(text[1])["data"]
    assert spelled_out(_asked(tokens[0]), vocabulary()).texts == _asked(text[0]).texts


def test_what_was_refused_is_known() -> None:
    """What we refuse ourselves, and what the provider said."""
    by_name = {name: (asked, status, answer) for name, asked, status, answer in REFUSED}
    with pytest.raises(InvalidRequest, match="dimensions"):
        _asked(by_name["embeddings-bad-request"][0])

    kinds = {name: type(read_error(status, [], body.encode())) for name, (_, status, body) in by_name.items()}
    assert kinds == {"embeddings-bad-request": Refused, "embeddings-unknown-model": ModelMissing}


def test_cohere() -> None:
    """Recorded at its own endpoint."""
    body = Path(FOLDER / "vercel-ai/cohere/cohere-embedding.json").read_bytes()
    told, read = json.loads(body), COHERE.read_response(body)
    request = EmbeddingRequest(origin=GEMINI, model="m", inputs=tuple(map(Input, told["texts"])))

    assert isinstance(read, EmbeddingAnswer)
    assert [list(vector) for vector in read.vectors] == told["embeddings"]["float"]
    assert (read.tokens, len(request.inputs)) == (10, len(read.vectors))
