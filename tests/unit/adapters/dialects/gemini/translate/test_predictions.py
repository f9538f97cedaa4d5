import json
from array import array
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import GEMINI, OPENAI_CHAT
from oblivious.adapters.dialects.gemini.translate.embeddings import read_response, write_request
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import BadCredential, Garbled, InvalidRequest

TARGET = Target(PROVIDERS["vertex"], "text-embedding-005")


class TestWriteRequest:
    def test_every_input_is_an_instance(self) -> None:
        """With all that is said of it; the length stands beside them."""
        request = EmbeddingRequest(
            origin=OPENAI_CHAT,
            model="mine",
            inputs=(Input("a", title="A"), Input("b")),
            dimensions=256,
            task="document",
            user="me",
        )
        out = write_request(request, TARGET)

        assert out.path == "models/text-embedding-005:predict"
        assert json.loads(out.body) == {
            "instances": [
                {"content": "a", "task_type": "RETRIEVAL_DOCUMENT", "title": "A"},
                {"content": "b", "task_type": "RETRIEVAL_DOCUMENT"},
            ],
            "parameters": {"outputDimensionality": 256},
        }
        assert out.dropped == ["user"]

    def test_what_is_not_said_is_not_there(self) -> None:
        """Google has words of its own for it."""
        request = EmbeddingRequest(origin=GEMINI, model="mine", inputs=(Input("a"),))

        assert json.loads(write_request(request, TARGET).body) == {"instances": [{"content": "a"}]}

    def test_more_than_the_limit_is_refused(self) -> None:
        """It takes two hundred and fifty."""
        many = EmbeddingRequest(origin=OPENAI_CHAT, model="m", inputs=(Input("a"),) * 251)

        with pytest.raises(InvalidRequest, match="250"):
            write_request(many, TARGET)


class TestReadResponse:
    @pytest.mark.parametrize(
        ("statistics", "tokens"),
        [
            ([{"token_count": 5}, {"token_count": 2}], 7),
            ([{"token_count": 5.0, "truncated": False}, {}], 5),
            ([{}, {"token_count": None}], None),
        ],
        ids=["told", "told of one", "not told"],
    )
    def test_tokens_are_told_for_each(self, statistics: list[Any], tokens: int | None) -> None:
        """And counted together."""
        predictions = [{"embeddings": {"values": [1.0], "statistics": each}} for each in statistics]

        assert read_response(json.dumps({"predictions": predictions}).encode()) == EmbeddingAnswer(
            (array("d", [1.0]),) * 2, tokens
        )

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b'{"predictions": []}', Garbled),
            (b'{"predictions": [{}]}', Garbled),
            (b'{"predictions": [{"embeddings": {"values": "x"}}]}', Garbled),
            (b'{"error": {"code": 401, "message": "no"}}', BadCredential),
        ],
    )
    def test_what_is_no_answer_is_an_error(self, body: bytes, kind: type[Exception]) -> None:
        """As a value."""
        assert isinstance(read_response(body), kind)
