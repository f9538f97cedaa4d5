import pytest

from oblivious.adapters.dialects.anthropic.usage import billed
from oblivious.adapters.dialects.face import Answer
from oblivious.adapters.registry import FACES, endpoint_at
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage


class TestCounted:
    @pytest.mark.parametrize(
        ("usage", "expected"),
        [
            ({"input_tokens": 10, "output_tokens": 5}, Usage(10, 5)),
            (
                {
                    "input_tokens": 10,
                    "output_tokens": 50,
                    "cache_read_input_tokens": 100,
                    "cache_creation_input_tokens": 30,
                    "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
                    "output_tokens_details": {"thinking_tokens": 40},
                    "server_tool_use": {"web_search_requests": 2},
                },
                Usage(140, 50, 100, 10, 20, 40, searches=2),
            ),
            ({"input_tokens": 1, "cache_creation_input_tokens": 9}, Usage(10, 0, 0, 9)),
            ({"input_tokens": 1, "cache_creation": {"ephemeral_1h_input_tokens": 9}}, Usage(10, 0, 0, 0, 9)),
            ({"input_tokens": None, "output_tokens": "x", "server_tool_use": None}, Usage()),
            ({"service_tier": "standard"}, None),
            ({"input_tokens": -1, "output_tokens": 5}, None),
            (
                {
                    "input_tokens": 23_000,
                    "output_tokens": 1_000,
                    "iterations": [
                        {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500},
                        {"type": "message", "input_tokens": 23_000, "output_tokens": 1_000},
                        {"type": "advisor_message", "cache_read_input_tokens": 9, "output_tokens": 2},
                    ],
                },
                Usage(203_000, 4_500, calls=2),
            ),
            (
                {"input_tokens": 3, "iterations": [{"type": "message", "input_tokens": 3}, {}, 5]},
                Usage(3),
            ),
            ({"input_tokens": 3, "iterations": None}, Usage(3)),
        ],
        ids=[
            *("plain", "everything", "no split", "only the split", "nonsense", "no counts", "below zero"),
            *("what its sums leave out", "what they hold", "no iterations"),
        ],
    )
    def test_cache_tokens_are_input_tokens(self, usage: dict[str, object], expected: Usage | None) -> None:
        """Anthropic counts them apart, a bill needs the whole."""
        assert billed(usage) == expected


class TestReadJson:
    def test_a_message_tells_its_usage_and_its_container(self) -> None:
        """What lasts beyond the answer binds."""
        answer = _read(
            b'{"type":"message","content":[{"x":1}],"container":{"id":"c_1"},'
            b'"usage":{"input_tokens":3,"output_tokens":2}}'
        )

        assert answer.usage == Usage(3, 2)
        assert answer.bindings == ("c_1",)
        assert answer.error is None

    def test_a_count_is_not_billed(self) -> None:
        """`count_tokens` has counts, and no usage."""
        answer = _read(b'{"input_tokens":14}')

        assert (answer.usage, answer.error) == (None, None)

    def test_a_message_may_be_empty(self) -> None:
        """Claude may have nothing to say."""
        assert _read(b'{"content":[],"stop_reason":"end_turn"}').error is None

    def test_an_error_behind_a_200_is_an_error(self) -> None:
        """Whatever the status said."""
        assert isinstance(
            _read(b'{"type":"error","error":{"type":"api_error","message":"m"}}').error, Overloaded
        )

    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"[]", b"\xff", b"{}", b'{"content":null,"usage":{"input_tokens":3}}']
    )
    def test_garbage_is_told(self, body: bytes) -> None:
        """The road may ask elsewhere."""
        assert isinstance(_read(body).error, Garbled)

    def test_text_is_estimated_where_usage_is_missing(self) -> None:
        """Texts, thoughts and tool inputs; no base64."""
        body = (
            b'{"content":[{"type":"text","text":"' + b"x" * 40 + b'"},{"type":"tool_use","input":{"a":"'
            b'12345678"}},{"type":"image","source":{"data":"' + b"A" * 999 + b'"}}]}'
        )

        assert FACES["anthropic"].text_tokens(body) == 14


def _read(body: bytes) -> Answer:
    endpoint = endpoint_at("messages")
    assert endpoint is not None
    return FACES["anthropic"].read_json(endpoint, body)
