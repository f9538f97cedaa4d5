import json

import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.providers.transport import address, headed, rewritten
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import BadCredential, ModelMissing, UpstreamError, UpstreamRateLimited

VERTEX = PROVIDERS["vertex"]


@pytest.mark.parametrize(
    ("model", "dialects"),
    [
        ("gemini-3-pro", [GEMINI]),
        ("claude-sonnet-4-5@20250929", [ANTHROPIC]),
        ("meta/llama-4-maverick-17b-128e-instruct-maas", [OPENAI_CHAT]),
        ("google/gemini-3-pro", [OPENAI_CHAT]),
        ("text-embedding-005", [GEMINI]),
        ("imagen-4.0-generate-001", []),
    ],
)
def test_a_model_is_asked_in_the_dialect_of_its_family(model: str, dialects: list[str]) -> None:
    """What is of no known family is not served at all."""
    assert [dialect for dialect in VERTEX.speaks if VERTEX.serves(dialect, model)] == dialects


@pytest.mark.parametrize(
    ("dialect", "path", "stream", "expected"),
    [
        (
            GEMINI,
            "models/gemini-3:generateContent",
            False,
            "publishers/google/models/gemini-3:generateContent",
        ),
        (ANTHROPIC, "messages", False, "publishers/anthropic/models/claude@2025:rawPredict"),
        (ANTHROPIC, "messages", True, "publishers/anthropic/models/claude@2025:streamRawPredict"),
        (ANTHROPIC, "messages/count_tokens", False, "publishers/anthropic/models/count-tokens:rawPredict"),
        (OPENAI_CHAT, "chat/completions", True, "endpoints/openapi/chat/completions"),
    ],
)
def test_paths_stand_below_a_publisher(dialect: str, path: str, stream: bool, expected: str) -> None:  # noqa: FBT001 - a column
    """A version of a model stays as it is written."""
    assert address(VERTEX.transports[dialect], path, b"", "claude@2025", stream=stream) == (expected, b"")


@pytest.mark.parametrize(
    ("model", "predicted"),
    [
        ("text-embedding-005", True),
        ("text-multilingual-embedding-002", True),
        ("gemini-embedding-001", True),
        ("gemini-embedding-2", False),
        ("gemini-3-pro", False),
    ],
)
def test_older_models_make_vectors_by_predict(model: str, *, predicted: bool) -> None:
    """In Google's cloud; the Gemini API has none of it."""
    assert VERTEX.predicts(GEMINI, model) is predicted
    assert not VERTEX.predicts(OPENAI_CHAT, model)
    assert not PROVIDERS["gemini"].predicts(GEMINI, model)


class TestClaude:
    transport = VERTEX.transports[ANTHROPIC]

    @pytest.mark.parametrize(
        ("path", "kept"),
        [("messages", {"max_tokens"}), ("messages/count_tokens", {"model", "max_tokens"})],
    )
    def test_the_model_stands_in_the_path_unless_tokens_are_counted(self, path: str, kept: set[str]) -> None:
        """The version is a member, and no header."""
        body = rewritten(self.transport, path, b'{"model": "claude", "max_tokens": 5}', [])
        headers = headed(self.transport, [(b"anthropic-version", b"x"), (b"accept", b"y")])

        assert json.loads(body).keys() == kept | {"anthropic_version"}
        assert json.loads(body)["anthropic_version"] == "vertex-2023-10-16"
        assert headers == ([(b"accept", b"y")], [])

    @pytest.mark.parametrize(
        ("sent", "goes_up"),
        [
            ([b"claude-code-20250219, context-1m-2025-08-07"], [b"context-1m-2025-08-07"]),
            (
                [b"advanced-tool-use-2025-11-20", b"web-search-2025-03-05"],
                [b"tool-search-tool-2025-10-19,web-search-2025-03-05"],
            ),
            ([b"effort-2025-11-24"], []),
        ],
        ids=["one of two", "another name", "none"],
    )
    def test_betas_that_google_would_refuse_stay_here(self, sent: list[bytes], goes_up: list[bytes]) -> None:
        """The others go up in their header."""
        headers = [(b"anthropic-beta", value) for value in sent]

        assert headed(self.transport, headers) == ([(b"anthropic-beta", value) for value in goes_up], [])

    def test_google_takes_no_parameters_of_anthropics(self) -> None:
        """Claude Code writes `?beta=true`."""
        assert address(self.transport, "messages", b"beta=true", "m", stream=False)[1] == b""


class TestGemini:
    transport = VERTEX.transports[GEMINI]

    def test_a_stream_keeps_its_query_and_answers_are_not_stored(self) -> None:
        """Only the Gemini API knows `store`."""
        path = "models/gemini:streamGenerateContent"
        _, query = address(self.transport, path, b"alt=sse", "gemini", stream=True)
        body = rewritten(self.transport, path, b'{"contents": [], "store": true, "labels": {"a": "b"}}', [])

        assert query == b"alt=sse"
        assert json.loads(body) == {"contents": [], "labels": {"a": "b"}}

    @pytest.mark.parametrize(
        ("contents", "expected"),
        [
            ([{"parts": []}], [{"parts": [], "role": "user"}]),
            ([{"role": None}, {"role": "model"}], [{"role": "user"}, {"role": "model"}]),
            ([{"role": "user"}], [{"role": "user"}]),
            ("hello", "hello"),
            ([5], [5]),
        ],
        ids=["nobody", "null", "all are named", "no list", "no contents"],
    )
    def test_who_names_no_speaker_means_the_user(self, contents: object, expected: object) -> None:
        """As at the Gemini API; what makes no sense is Google's to judge."""
        body = rewritten(self.transport, "p", json.dumps({"contents": contents}).encode(), [])

        assert json.loads(body) == {"contents": expected}


@pytest.mark.parametrize(
    ("status", "body", "leaf"),
    [
        (401, {"error": {"code": 401, "message": "m", "status": "UNAUTHENTICATED"}}, BadCredential),
        (403, {"error": {"code": 403, "message": "m", "status": "PERMISSION_DENIED"}}, BadCredential),
        (404, {"error": {"code": 404, "message": "Publisher Model `x` was not found"}}, ModelMissing),
        (
            429,
            [{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}}],
            UpstreamRateLimited,
        ),
    ],
)
def test_errors_are_googles_in_every_dialect(status: int, body: object, leaf: type[UpstreamError]) -> None:
    """The OpenAI endpoint puts them into a list."""
    assert isinstance(read_error(status, [], json.dumps(body).encode()), leaf)
