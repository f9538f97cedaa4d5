import json

import pytest

from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.registry import FACES
from oblivious.contracts import errors as e
from tests.fakes.events import parsed

_FACE = FACES["anthropic"]


class TestError:
    @pytest.mark.parametrize(
        ("error", "status", "kind"),
        [
            (e.InvalidRequest("m"), 400, "invalid_request_error"),
            (e.WrongDialect("m"), 400, "invalid_request_error"),
            (e.UnknownKey("m"), 401, "authentication_error"),
            (e.OutOfMoney("m", meter="b"), 402, "billing_error"),
            (e.Forbidden("m"), 403, "permission_error"),
            (e.UnknownModel("m"), 404, "not_found_error"),
            (e.MethodNotAllowed("m"), 405, "invalid_request_error"),
            (e.BodyTooLarge("m"), 413, "request_too_large"),
            (e.RateLimited("m", meter="r"), 429, "rate_limit_error"),
            (e.UpstreamRateLimited("m"), 429, "rate_limit_error"),
            (e.NoChannel("m"), 529, "overloaded_error"),
            (e.Overloaded("m"), 529, "overloaded_error"),
            (e.TimedOut("m"), 504, "timeout_error"),
            (e.BadCredential("m"), 502, "api_error"),
            (e.RelayError("m"), 500, "api_error"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
    )
    def test_status_and_type(self, error: e.RelayError, status: int, kind: str) -> None:
        """Anthropic has statuses of its own for money and overload."""
        rendered = _FACE.error(error, "r1")
        body = json.loads(rendered.body)

        assert (rendered.status, body["error"]["type"]) == (status, kind)
        assert (body["type"], body["request_id"]) == ("error", "r1")

    def test_the_upstreams_own_words_go_back(self) -> None:
        """Where it judged the request, in its own shape."""
        body = b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too big"}}'
        rendered = _FACE.error(read_error(400, [], body), "r1")

        assert (rendered.status, rendered.body) == (400, body)

    def test_another_dialects_words_are_translated(self) -> None:
        """An imitator that answers as OpenAI does is said in Anthropic's shape."""
        rendered = _FACE.error(read_error(422, [], b'{"error":{"message":"m"}}'), "r1")

        assert json.loads(rendered.body)["error"] == {"type": "invalid_request_error", "message": "m"}


class TestErrorEvent:
    def test_a_stream_ends_with_an_error_event(self) -> None:
        """Named, as the SDK wants it."""
        ((name, said),) = parsed(_FACE.error_event(e.BrokeOff("m"), "r1"))

        assert name == json.loads(said)["type"] == "error"


class TestTooLong:
    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ("Prompt is too long: 9 > 8", "Prompt is too long: 9 > 8"),
            ("maximum context length is 8", "prompt is too long: maximum context length is 8"),
        ],
        ids=["as Anthropic says it", "as others do"],
    )
    def test_it_has_the_words_that_agents_look_for(self, said: str, message: str) -> None:
        """Claude Code then shortens its conversation and goes on."""
        rendered = _FACE.error(e.TooLong(said, upstream_status=400), "r1")

        assert json.loads(rendered.body)["error"] == {"type": "invalid_request_error", "message": message}
