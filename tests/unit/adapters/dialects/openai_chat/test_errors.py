import json

import pytest

from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.registry import FACES
from oblivious.contracts import errors as e

_FACE = FACES["openai_chat"]


class TestError:
    @pytest.mark.parametrize(
        ("error", "status", "kind", "code"),
        [
            (e.InvalidRequest("m", param="n"), 400, "invalid_request_error", "invalid_request"),
            (e.BodyTooLarge("m"), 413, "invalid_request_error", "request_too_large"),
            (e.UnknownKey("m"), 401, "invalid_request_error", "invalid_api_key"),
            (e.Forbidden("m"), 403, "permission_error", "permission_denied"),
            (e.UnknownModel("m"), 404, "invalid_request_error", "model_not_found"),
            (e.MethodNotAllowed("m"), 405, "invalid_request_error", "method_not_allowed"),
            (e.UpgradeUnsupported("m"), 426, "invalid_request_error", "upgrade_unsupported"),
            (e.RateLimited("m", meter="requests per minute"), 429, "requests", "rate_limit_exceeded"),
            (e.RateLimited("m", meter="tokens per minute"), 429, "tokens", "rate_limit_exceeded"),
            (e.OutOfMoney("m", meter="balance"), 429, "insufficient_quota", "insufficient_quota"),
            (e.NoChannel("m"), 503, "service_unavailable_error", "no_channel"),
            (e.Unreachable("m"), 502, "server_error", "upstream_unreachable"),
            (e.TimedOut("m"), 504, "server_error", "upstream_timeout"),
            (e.BadCredential("m"), 502, "server_error", "upstream_credential"),
            (e.RelayError("m"), 500, "server_error", "internal_error"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
    )
    def test_status_type_and_code(self, error: e.RelayError, status: int, kind: str, code: str) -> None:
        """What SDKs make their exception classes from."""
        rendered = _FACE.error(error, "r1")
        said = json.loads(rendered.body)["error"]

        assert (rendered.status, said["type"], said["code"]) == (status, kind, code)
        assert said.keys() == {"message", "type", "param", "code"}
        assert said["message"]

    def test_the_field_is_named(self) -> None:
        """`param` is what a form can point at."""
        assert json.loads(_FACE.error(e.InvalidRequest("m", param="n"), "r").body)["error"]["param"] == "n"

    @pytest.mark.parametrize(
        "error",
        [
            e.Unreachable("connect 10.0.0.7:8000 refused"),
            e.BadCredential("key sk-abcdefgh of channel 'cheap one'"),
            e.OutOfCredit("org-AbCdEf123 has no money"),
            e.ModelMissing("gpt-internal-name"),
            e.Overloaded("10.0.0.7"),
            e.RelayError("KeyError: 'secret'"),
        ],
    )
    def test_what_is_ours_is_never_told(self, error: e.RelayError) -> None:
        """No account, key, address or mapped name of ours."""
        assert error.message.encode() not in _FACE.error(error, "r").body
        assert error.message.encode() not in _FACE.error_event(error, "r")

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (e.InvalidRequest("m"), {b"x-should-retry": b"false"}),
            (e.OutOfMoney("m", meter="b"), {b"x-should-retry": b"false"}),
            (e.Refused("m", upstream_status=400), {b"x-should-retry": b"false"}),
            (
                e.RateLimited("m", meter="m", retry_after_ms=1_200),
                {b"retry-after": b"2", b"retry-after-ms": b"1200"},
            ),
            (e.NoChannel("m"), {b"retry-after": b"1", b"retry-after-ms": b"1000"}),
            (e.Overloaded("m"), {b"retry-after": b"1", b"retry-after-ms": b"1000"}),
            (e.BrokeOff("m"), {}),
        ],
    )
    def test_clients_are_told_whether_to_try_again(
        self, error: e.RelayError, expected: dict[bytes, bytes]
    ) -> None:
        """Never for what can't help, and when there will be room."""
        assert dict(_FACE.error(error, "r").headers) == {b"content-type": b"application/json", **expected}


class TestRefused:
    def test_the_upstreams_own_words_go_back(self) -> None:
        """Status and body, byte for byte."""
        body = b'{ "error": {"message": "too long", "type": "t", "param": null, "code": "c"}}'
        rendered = _FACE.error(read_error(413, [], body), "r")

        assert (rendered.status, rendered.body) == (413, body)

    @pytest.mark.parametrize(
        ("body", "message", "code"),
        [
            (b'{"error":{"message":"m","code":400}}', "m", "upstream_refused"),
            (b'{"code":"c","error":"words"}', "words", "upstream_refused"),
            (b'{"detail":"bad field"}', "bad field", "upstream_refused"),
            (b'{"error":{"message":"m of org-AbCdEf123","code":"c"}}', "m of [account]", "c"),
        ],
        ids=["a number for a code", "a string for an error", "FastAPI", "an account in it"],
    )
    def test_other_shapes_are_said_in_ours(self, body: bytes, message: str, code: str) -> None:
        """Typed clients need a message, and a code that is a string."""
        said = json.loads(_FACE.error(read_error(400, [], body), "r").body)["error"]

        assert (said["message"], said["code"]) == (message, code)


class TestErrorEvent:
    def test_a_stream_ends_with_an_error_and_no_terminator(self) -> None:
        """SDKs raise on it."""
        event = _FACE.error_event(e.BrokeOff("m"), "r")

        assert event.startswith(b'data: {"error":{"message":"')
        assert event.endswith(b"}}\n\n")
        assert b"[DONE]" not in event
