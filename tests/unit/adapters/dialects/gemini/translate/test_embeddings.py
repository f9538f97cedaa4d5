import json
from array import array
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import GEMINI, OPENAI_CHAT, Endpoint
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS, EMBED_CONTENT
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.gemini.translate.embeddings import (
    read_response,
    write_request,
    write_response,
)
from oblivious.adapters.dialects.gemini.translate.embeddings_reader import read_request
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import Garbled, InvalidRequest, Refused

TARGET = Target(PROVIDERS["gemini"], "theirs")
HELLO = {"parts": [{"text": "hello"}]}


def asked(endpoint: Endpoint, **body: Any) -> EmbeddingRequest:
    return read_request(Gemini().envelope_at(endpoint, json.dumps(body).encode(), "mine", stream=False))


def one(**members: Any) -> EmbeddingRequest:
    return asked(EMBED_CONTENT, **{"content": HELLO, **members})


def batch(*requests: Any) -> EmbeddingRequest:
    return asked(BATCH_EMBED_CONTENTS, requests=list(requests))


class TestReadRequest:
    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (HELLO, "hello"),
            ({"parts": {"text": "hello"}}, "hello"),
            ({"parts": [{"text": "a"}, {"text": "b"}]}, "a\nb"),
            ("hello", "hello"),
        ],
        ids=["a list of parts", "one part", "several", "a bare text"],
    )
    def test_a_content_gets_one_vector(self, content: Any, text: str) -> None:
        """However it is written."""
        endpoint, body = (BATCH_EMBED_CONTENTS, {"requests": [{"content": content}]})
        assert asked(endpoint, **body).inputs == (Input(text),)

    @pytest.mark.parametrize(
        "members",
        [
            {"taskType": "RETRIEVAL_QUERY", "title": "A book", "outputDimensionality": 256},
            {"task_type": "RETRIEVAL_QUERY", "title": "A book", "output_dimensionality": 256},
            {
                "embedContentConfig": {
                    "taskType": "RETRIEVAL_QUERY",
                    "title": "A book",
                    "outputDimensionality": 256,
                }
            },
        ],
        ids=["camel case", "snake case", "in a configuration"],
    )
    def test_the_rest_is_read(self, members: dict[str, Any]) -> None:
        """Wherever it stands."""
        request = one(**members)

        assert (request.task, request.title, request.dimensions) == ("query", "A book", 256)
        assert (request.alone, request.extra) == (True, ())

    def test_a_batch_is_one_request(self) -> None:
        """Each with a title of its own."""
        request = batch(
            {"model": "models/mine", "content": HELLO, "title": "A"},
            {"content": HELLO, "title": "B", "new": 1},
        )

        assert request.inputs == (Input("hello", title="A"), Input("hello", title="B"))
        assert (request.alone, request.extra) == (False, ("new",))

    @pytest.mark.parametrize("task", ["TASK_TYPE_UNSPECIFIED", "SOMETHING_NEW"])
    def test_a_task_that_says_nothing_fails_nothing(self, task: str) -> None:
        """One that is new is named among what was left out."""
        assert one(taskType=task).task == ""
        assert one(taskType=task).extra == (() if "UNSPECIFIED" in task else ("taskType",))

    @pytest.mark.parametrize(
        ("request_", "param"),
        [
            ({"content": {"parts": [{"inlineData": {}}]}}, "requests[1].content.parts[0]"),
            ({"content": {"parts": []}}, "requests[1].content.parts"),
            ({}, "requests[1].content.parts"),
            ({"content": 5}, "requests[1].content"),
            (5, "requests[1]"),
            ({"content": HELLO, "taskType": 5}, "requests[1].taskType"),
            ({"content": HELLO, "taskType": "CLUSTERING"}, "requests[1].taskType"),
            ({"content": HELLO, "outputDimensionality": 9}, "requests[1].outputDimensionality"),
            ({"content": HELLO, "outputDimensionality": -1}, "requests[1].outputDimensionality"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_is_wrong_is_named(self, request_: Any, param: str) -> None:
        """So is what other dialects can say only once."""
        with pytest.raises(InvalidRequest) as refused:
            batch({"content": HELLO}, request_)

        assert refused.value.param == param


@pytest.mark.parametrize("alone", [True, False], ids=["one", "a batch"])
def test_write_response_is_as_it_was_asked(*, alone: bool) -> None:
    """One vector, or a list of one."""
    request = one() if alone else batch({"content": HELLO})
    told = json.loads(write_response(EmbeddingAnswer((array("d", [0.5]),)), 7, request))

    assert told["usageMetadata"]["promptTokenCount"] == 7
    assert (told.get("embedding") or told["embeddings"][0]) == {"values": [0.5]}
    assert ("embedding" in told) is alone


class TestWriteRequest:
    def test_every_input_is_a_request(self) -> None:
        """With all that is said of it."""
        request = EmbeddingRequest(
            origin=OPENAI_CHAT,
            model="mine",
            inputs=(Input("a", title="A"), Input("b")),
            dimensions=256,
            task="code_query",
            user="me",
        )
        out = write_request(request, TARGET)
        common = {"model": "models/theirs", "taskType": "CODE_RETRIEVAL_QUERY", "outputDimensionality": 256}

        assert out.path == "models/theirs:batchEmbedContents"
        assert json.loads(out.body)["requests"] == [
            {**common, "title": "A", "content": {"parts": [{"text": "a"}]}},
            {**common, "content": {"parts": [{"text": "b"}]}},
        ]
        assert out.dropped == ["user"]

    def test_a_batch_beyond_the_limit_is_refused(self) -> None:
        """It takes a hundred."""
        many = EmbeddingRequest(origin=GEMINI, model="m", inputs=(Input("a"),) * 101)

        with pytest.raises(InvalidRequest, match="100"):
            write_request(many, TARGET)


class TestReadResponse:
    @pytest.mark.parametrize(
        ("members", "tokens"),
        [({"usageMetadata": {"promptTokenCount": 5}}, 5), ({}, None)],
        ids=["told", "not"],
    )
    def test_usage(self, members: dict[str, Any], tokens: int | None) -> None:
        """Older versions tell none."""
        read = read_response(json.dumps({"embeddings": [{"values": [1.0]}], **members}).encode())

        assert isinstance(read, EmbeddingAnswer)
        assert (read.tokens, read.vectors) == (tokens, (array("d", [1.0]),))

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"{}", Garbled),
            (b'{"embeddings": [{}]}', Garbled),
            (b'{"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}', Refused),
        ],
    )
    def test_what_is_no_answer_is_an_error(self, body: bytes, kind: type[Exception]) -> None:
        """As a value."""
        assert isinstance(read_response(body), kind)
