import json

import pytest

from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.contracts import errors as e

_FACE = Gemini()
_REFUSAL = b'{\n "error": {"code": 400, "message": "too many stops", "status": "INVALID_ARGUMENT"}\n}'


class TestError:
    @pytest.mark.parametrize(
        ("error", "code", "status"),
        [
            (e.InvalidRequest("m"), 400, "INVALID_ARGUMENT"),
            (e.WrongDialect("m"), 400, "FAILED_PRECONDITION"),
            (e.UnpricedModel("m"), 400, "FAILED_PRECONDITION"),
            (e.UnknownKey("m"), 401, "UNAUTHENTICATED"),
            (e.Forbidden("m"), 403, "PERMISSION_DENIED"),
            (e.UnknownModel("m"), 404, "NOT_FOUND"),
            (e.MethodNotAllowed("m"), 405, "INVALID_ARGUMENT"),
            (e.BodyTooLarge("m"), 413, "INVALID_ARGUMENT"),
            (e.RateLimited("m", meter="r"), 429, "RESOURCE_EXHAUSTED"),
            (e.OutOfMoney("m", meter="b"), 429, "RESOURCE_EXHAUSTED"),
            (e.UpstreamRateLimited("m"), 429, "RESOURCE_EXHAUSTED"),
            (e.NoChannel("m"), 503, "UNAVAILABLE"),
            (e.Overloaded("m"), 503, "UNAVAILABLE"),
            (e.BadCredential("m"), 502, "UNAVAILABLE"),
            (e.TimedOut("m"), 504, "DEADLINE_EXCEEDED"),
            (e.RelayError("m"), 500, "INTERNAL"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
    )
    def test_code_and_status(self, error: e.RelayError, code: int, status: str) -> None:
        """What clients make their exceptions from."""
        rendered = _FACE.error(error, "r1")
        said = json.loads(rendered.body)["error"]

        assert (rendered.status, said["code"], said["status"]) == (code, code, status)
        assert said["message"]

    def test_details_name_the_field_and_the_wait(self) -> None:
        """In Google's own types."""
        told = json.loads(_FACE.error(e.InvalidRequest("bad", param="contents"), "r").body)["error"][
            "details"
        ]
        late = e.RateLimited("m", meter="r", retry_after_ms=17_500)
        delay = json.loads(_FACE.error(late, "r").body)["error"]["details"][-1]

        assert told[1]["fieldViolations"] == [{"field": "contents", "description": "bad"}]
        assert delay == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"}

    def test_a_bad_key_has_googles_reason(self) -> None:
        """Programs look for it."""
        details = json.loads(_FACE.error(e.UnknownKey("m"), "r").body)["error"]["details"]

        assert details[0]["reason"] == "API_KEY_INVALID"

    def test_the_upstreams_own_words_go_back(self) -> None:
        """Where it judged the request; in a list they lose the list."""
        for body in (_REFUSAL, b"[" + _REFUSAL + b"]"):
            rendered = _FACE.error(_FACE.read_error(400, [], body), "r1")

            assert (rendered.status, rendered.body) == (400, _REFUSAL)

    def test_another_dialects_words_are_translated(self) -> None:
        """An imitator that answers as OpenAI does is said in Google's shape."""
        body = b'{"error":{"message":"m","type":"invalid_request_error"}}'
        said = json.loads(_FACE.error(_FACE.read_error(422, [], body), "r1").body)["error"]

        assert (said["code"], said["message"], said["status"]) == (422, "m", "INVALID_ARGUMENT")


class TestErrorEvent:
    def test_it_is_one_line_of_data(self) -> None:
        """Also where the upstream wrote several."""
        for error in (e.BrokeOff("m"), _FACE.read_error(400, [], _REFUSAL)):
            event = _FACE.error_event(error, "r1")

            assert event.startswith(b"data: {")
            assert event.endswith(b"}\r\n\r\n")
            assert json.loads(event.removeprefix(b"data: "))["error"]["message"]
            assert event.count(b"\n") == 2
