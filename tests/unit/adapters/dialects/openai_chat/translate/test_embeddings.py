import json
from array import array
from typing import Any

import pytest

from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.adapters.dialects.openai_chat.face import OpenAIChat
from oblivious.adapters.dialects.openai_chat.translate.embeddings import (
    read_request,
    read_response,
    write_request,
    write_response,
)
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import Garbled, InvalidRequest, Refused, UpstreamRateLimited

TARGET = Target(PROVIDERS["openai"], "theirs")


def envelope(**members: Any) -> Envelope:
    body = {"model": "mine", "input": "hello", **members}
    return OpenAIChat().envelope(EMBEDDINGS, json.dumps(body).encode())


def asked(**members: Any) -> EmbeddingRequest:
    return read_request(envelope(**members))


class TestReadRequest:
    @pytest.mark.parametrize(
        ("given", "inputs"),
        [
            ("hello", (Input("hello"),)),
            (["a", "b"], (Input("a"), Input("b"))),
            ([1, 2], (Input(tokens=(1, 2)),)),
            ([[1], [2, 3]], (Input(tokens=(1,)), Input(tokens=(2, 3)))),
        ],
        ids=["a text", "texts", "tokens", "lists of tokens"],
    )
    def test_all_four_forms_of_an_input(self, given: Any, inputs: tuple[Input, ...]) -> None:
        """One vector for each text, or each list of tokens."""
        assert asked(input=given).inputs == inputs

    @pytest.mark.parametrize(
        ("members", "param"),
        [
            ({"input": {"text": "a"}}, "input"),
            ({"input": [1, "a"]}, "input"),
            ({"input": [[]]}, "input"),
            ({"input": [True]}, "input"),
            ({"input": [1.5]}, "input"),
            ({"dimensions": 0}, "dimensions"),
            ({"dimensions": "many"}, "dimensions"),
            ({"encoding_format": "hex"}, "encoding_format"),
            ({"encoding_format": ["float"]}, "encoding_format"),
            ({"user": 5}, "user"),
        ],
    )
    def test_what_is_wrong_is_named(self, members: dict[str, Any], param: str) -> None:
        """Before anybody is asked."""
        with pytest.raises(InvalidRequest) as refused:
            asked(**members)

        assert refused.value.param == param

    def test_the_rest_is_read(self) -> None:
        """What nobody knows is kept by name."""
        request = asked(
            dimensions=256,
            encoding_format="base64",
            user="me",
            input_type="query",
            truncate="END",
            priority=1,
        )

        assert (request.dimensions, request.packed, request.user) == (256, True, "me")
        assert (request.task, request.extra) == ("query", ("truncate", "priority"))

    def test_a_task_that_nobody_knows_is_only_named(self) -> None:
        """New words never fail a request."""
        assert (asked(input_type="new").task, asked(input_type="new").extra) == ("", ("input_type",))


def test_write_response_takes_the_form_that_was_asked_for() -> None:
    """And the client's name of the model."""
    answer = EmbeddingAnswer((array("d", [0.5]), array("d", [-2.0])))

    plain = json.loads(write_response(answer, 7, asked()))
    short = json.loads(write_response(answer, 7, asked(encoding_format="base64")))

    assert plain == {
        "object": "list",
        "data": [
            {"index": 0, "embedding": [0.5], "object": "embedding"},
            {"index": 1, "embedding": [-2.0], "object": "embedding"},
        ],
        "model": "mine",
        "usage": {"prompt_tokens": 7, "total_tokens": 7},
    }
    assert [item["embedding"] for item in short["data"]] == ["AAAAPw==", "AAAAwA=="]


class TestWriteRequest:
    def test_it_is_said_in_as_few_members_as_will_do(self) -> None:
        """Small servers refuse what they do not know."""
        out = write_request(asked(input=["a", "b"], input_type="query"), TARGET)

        assert out.path == "embeddings"
        assert json.loads(out.body) == {"model": "theirs", "input": ["a", "b"]}
        assert out.dropped == ["task"]

    def test_a_batch_beyond_the_limit_is_refused(self) -> None:
        """Where a limit is known."""
        many = asked(input=["a"] * 2049)

        with pytest.raises(InvalidRequest, match="2048"):
            write_request(many, TARGET)
        assert len(json.loads(write_request(many, Target(PROVIDERS["vllm"], "m")).body)["input"]) == 2049


class TestReadResponse:
    @pytest.mark.parametrize(
        ("usage", "tokens"),
        [
            ({"prompt_tokens": 5, "total_tokens": 5}, 5),
            ({"total_tokens": 6}, 6),
            ({"prompt_tokens": "many"}, None),
            (None, None),
        ],
        ids=["as OpenAI", "as Voyage", "nonsense", "nothing"],
    )
    def test_usage(self, usage: Any, tokens: int | None) -> None:
        """None is for somebody else to estimate."""
        body = json.dumps({"data": [{"index": 0, "embedding": [1.0]}], "usage": usage}).encode()
        read = read_response(body)

        assert isinstance(read, EmbeddingAnswer)
        assert read.tokens == tokens

    def test_the_index_decides_the_order(self) -> None:
        """Not the place in the list."""
        items = [{"index": 1, "embedding": [1.0]}, {"index": 0, "embedding": [0.0]}]
        read = read_response(json.dumps({"data": items}).encode())

        assert isinstance(read, EmbeddingAnswer)
        assert [vector[0] for vector in read.vectors] == [0.0, 1.0]

    @pytest.mark.parametrize("index", [None, 0, "0"], ids=["missing", "twice", "a text"])
    def test_without_an_order_they_stay_as_they_came(self, index: Any) -> None:
        """Many small servers number nothing."""
        items = [{"index": index, "embedding": [1.0]}, {"index": index, "embedding": [0.0]}]
        read = read_response(json.dumps({"data": items}).encode())

        assert isinstance(read, EmbeddingAnswer)
        assert [vector[0] for vector in read.vectors] == [1.0, 0.0]

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"<html>", Garbled),
            (b"[]", Garbled),
            (b'{"data": []}', Garbled),
            (b'{"data": [{}]}', Garbled),
            (b'{"data": [{"embedding": [null]}]}', Garbled),
            (b'{"error": {"message": "no", "type": "invalid_request_error"}}', Refused),
            (
                b'{"vectors": null, "base_resp": {"status_code": 1002, "status_msg": "slow"}}',
                UpstreamRateLimited,
            ),
        ],
    )
    def test_what_is_no_answer_is_an_error(self, body: bytes, kind: type[Exception]) -> None:
        """As a value."""
        assert isinstance(read_response(body), kind)
