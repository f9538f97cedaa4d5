import json
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.ollama.embeddings import EMBEDDING_UPSTREAM
from oblivious.adapters.dialects.openai_chat.translate.embeddings import EMBEDDING_CLIENT
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.embeddings.way import EmbeddingWay
from oblivious.contracts.errors import Garbled, ModelMissing, Overloaded
from oblivious.contracts.usage import Usage

ESTIMATED = (b"x-oblivious-estimated", b"true")


def way(*inputs: Input, dropped: tuple[str, ...] = ()) -> EmbeddingWay:
    request = EmbeddingRequest(origin=OPENAI_CHAT, model="mine", inputs=inputs or (Input("hello you"),))
    return EmbeddingWay(EMBEDDING_CLIENT, EMBEDDING_UPSTREAM, request, list(dropped))


def body(*vectors: list[float], **members: Any) -> bytes:
    return json.dumps({"model": "theirs", "embeddings": list(vectors), **members}).encode()


def test_what_the_upstream_counted_is_billed_and_told() -> None:
    """And the model is called as the client calls it."""
    way_back = way()
    answer, down = way_back.whole(body([0.5], prompt_eval_count=7))

    assert answer.usage == Usage(7)
    assert (json.loads(down)["model"], json.loads(down)["usage"]["prompt_tokens"]) == ("mine", 7)
    assert way_back.response_headers([], streamed=False) == [(b"content-type", b"application/json")]


def test_where_it_did_not_count_an_estimate_is_marked() -> None:
    """By the texts' lengths; tokens are as many as they are."""
    way_back = way(Input("hello you"), Input("hi", tokens=(4, 5, 6)))
    answer, down = way_back.whole(body([0.5], [0.25]))

    assert answer.usage == Usage(6, estimated=True)
    assert json.loads(down)["usage"] == {"prompt_tokens": 6, "total_tokens": 6}
    assert ESTIMATED in way_back.response_headers([], streamed=False)


@pytest.mark.parametrize(
    ("told", "usage"),
    [(b"7", Usage(7)), (b"many", Usage(3, estimated=True)), (b"9" * 99, Usage(3, estimated=True))],
    ids=["a count", "no number", "no number that anybody means"],
)
def test_a_count_may_stand_in_a_header(told: bytes, usage: Usage) -> None:
    """Where the upstream is known for it."""
    upstream = EMBEDDING_UPSTREAM._replace(count_header=b"x-count")
    request = EmbeddingRequest(origin=OPENAI_CHAT, model="mine", inputs=(Input("hello you"),))
    answer, _ = EmbeddingWay(EMBEDDING_CLIENT, upstream, request, []).whole(body([0.5]), [(b"x-count", told)])

    assert answer.usage == usage


def test_what_was_dropped_is_named() -> None:
    """In one header."""
    assert (b"x-oblivious-dropped", b"task, user") in way(dropped=("task", "user")).response_headers(
        [], streamed=False
    )


def test_a_vector_too_few_is_no_answer() -> None:
    """The client could not tell which one is missing."""
    answer, down = way(Input("a"), Input("b")).whole(body([0.5]))

    assert isinstance(answer.error, Garbled)
    assert down == b""


def test_an_error_that_looks_like_a_success_is_one() -> None:
    """Whatever its status was."""
    answer, _ = way().whole(b'{"error": "the machine is full"}')

    assert isinstance(answer.error, Overloaded)


def test_a_refusal_loses_the_providers_own_words() -> None:
    """They are in no dialect that the client reads."""
    error = way().read_error(404, [], b'{"error": "model \\"theirs\\" not found, try pulling it first"}')

    assert isinstance(error, ModelMissing)
    assert error.body is None


def test_nothing_is_streamed() -> None:
    """No upstream does."""
    with pytest.raises(Garbled):
        way().stream()
