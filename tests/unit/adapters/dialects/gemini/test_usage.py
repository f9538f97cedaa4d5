import pytest

from oblivious.adapters.dialects.gemini.endpoints import GENERATE_CONTENT
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.gemini.usage import counted, read_usage
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage


class TestCounted:
    @pytest.mark.parametrize(
        ("usage", "expected"),
        [
            ({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}, Usage(10, 5)),
            (
                {
                    "promptTokenCount": 100,
                    "toolUsePromptTokenCount": 20,
                    "candidatesTokenCount": 30,
                    "thoughtsTokenCount": 40,
                    "cachedContentTokenCount": 60,
                    "promptTokensDetails": [
                        {"modality": "TEXT", "tokenCount": 70},
                        {"modality": "AUDIO", "tokenCount": 30},
                    ],
                    "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 10}],
                    "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 25}],
                },
                Usage(120, 70, 60, reasoning_tokens=40, audio_input_tokens=20, audio_output_tokens=25),
            ),
            ({"promptTokenCount": 10, "totalTokenCount": 14}, Usage(10, 4)),
            ({"promptTokenCount": 10, "totalTokenCount": 10}, Usage(10, 0)),
            ({"promptTokenCount": 10, "responseTokenCount": 3}, Usage(10, 3)),
            ({"promptTokenCount": "x", "candidatesTokenCount": -3, "thoughtsTokenCount": None}, Usage()),
            ({"trafficType": "ON_DEMAND"}, None),
            (None, None),
        ],
        ids=[
            "plain",
            "everything",
            "only the total",
            "nothing said",
            "live",
            "nonsense",
            "no counts",
            "none",
        ],
    )
    def test_thoughts_are_output_and_tools_are_input(self, usage: object, expected: Usage | None) -> None:
        """Gemini counts them apart, a bill needs the whole."""
        assert counted(usage) == expected

    @pytest.mark.parametrize(
        ("model", "searches"), [("gemini-3.8-flash", 2), ("gemini-2.5-pro", 1), (None, 2)]
    )
    def test_searches_are_counted_as_they_are_charged(self, model: str | None, searches: int) -> None:
        """By the query, in older families by the prompt."""
        grounded = {"groundingMetadata": {"webSearchQueries": ["a", "b", "a", 7]}}
        answer = {"candidates": [grounded], "modelVersion": model, "usageMetadata": {"promptTokenCount": 1}}

        assert read_usage(answer) == Usage(1, 0, searches=searches)


class TestReadJson:
    @pytest.mark.parametrize(
        ("body", "usage"),
        [
            (
                b'{"candidates":[{}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}',
                Usage(3, 2),
            ),
            (b'{"embedding":{"values":[0.5]}}', None),
            (b'{"embeddings":[{}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}', Usage(3, 0)),
            (b'{"promptFeedback":{"blockReason":"SAFETY"}}', None),
            (b'{"totalTokens":31,"cachedContentTokenCount":1}', None),
            (b'{"candidates":7,"usageMetadata":{"promptTokenCount":3}}', Usage(3, 0)),
            (
                b'[{"candidates":[{}]},{"usageMetadata":{"promptTokenCount":4}},{}]',
                Usage(4, 0),
            ),
        ],
        ids=[
            "contents",
            "embedding",
            "embeddings",
            "a blocked prompt",
            "a count",
            "odd candidates",
            "a list of chunks",
        ],
    )
    def test_an_answer_tells_its_usage(self, body: bytes, usage: Usage | None) -> None:
        """A count of tokens is none: it is not billed."""
        answer = Gemini().read_json(GENERATE_CONTENT, body)

        assert (answer.usage, answer.error) == (usage, None)

    @pytest.mark.parametrize("opening", [b"", b"["])
    def test_an_error_behind_a_200_is_an_error(self, opening: bytes) -> None:
        """Whatever the status said."""
        body = opening + b'{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}' + (opening and b"]")

        assert isinstance(Gemini().read_json(GENERATE_CONTENT, body).error, Overloaded)

    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"[]", b"7", b"\xff", b"{}", b"[{}]", b'{"candidates":[]}']
    )
    def test_garbage_is_told(self, body: bytes) -> None:
        """The road may ask elsewhere."""
        assert isinstance(Gemini().read_json(GENERATE_CONTENT, body).error, Garbled)

    def test_text_is_estimated_where_usage_is_missing(self) -> None:
        """Texts, thoughts and arguments; no base64."""
        body = (
            b'{"candidates":[{"content":{"parts":[{"text":"' + b"x" * 40 + b'"},{"functionCall":{"name":"f",'
            b'"args":{"a":"12345678"}}},{"inlineData":{"data":"' + b"A" * 999 + b'"}}]}}]}'
        )

        assert Gemini().text_tokens(body) == 14
        assert Gemini().text_tokens(b"[" + body + b"]") == 14
        assert Gemini().text_tokens(b"nonsense") == 0
