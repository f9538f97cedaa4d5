import msgspec
import pytest

from oblivious.demo.dialects.gemini.naming import in_camel_case


class TestInCamelCase:
    """A body may be written in either case; what is read is camel case."""

    @pytest.mark.parametrize(
        ("given", "read"),
        [
            ({"system_instruction": {"parts": []}}, {"systemInstruction": {"parts": []}}),
            ({"a": [{"thought_signature": "x_y"}]}, {"a": [{"thoughtSignature": "x_y"}]}),
            (
                {"function_call": {"name": "a_b", "args": {"my_city": 1}}},
                {"functionCall": {"name": "a_b", "args": {"my_city": 1}}},
            ),
            ({"response_schema": {"my_city": {}}}, {"responseSchema": {"my_city": {}}}),
            ({"generationConfig": {"topK": 1}}, {"generationConfig": {"topK": 1}}),
        ],
        ids=["a name", "within a list", "arguments stay", "a schema stays", "camel case"],
    )
    def test_names(self, given: object, read: object) -> None:
        """Google's own names change, those that the client made do not."""
        assert msgspec.json.decode(in_camel_case(msgspec.json.encode(given))) == read

    def test_no_json(self) -> None:
        """What can't be read is left to the reader, who says so."""
        assert in_camel_case(b'{"top_k": ') == b'{"top_k": '
