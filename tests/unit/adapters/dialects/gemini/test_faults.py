import json

import pytest

from oblivious.adapters.dialects.gemini.faults import fault_in, read_error
from oblivious.contracts import errors as e


def _body(status: str, message: str = "m", *details: object, code: int = 400) -> bytes:
    said = {"code": code, "message": message, "status": status, "details": list(details)}
    return json.dumps({"error": said}).encode()


def _retry(delay: str) -> dict[str, str]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


_DAILY = {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}


class TestReadError:
    @pytest.mark.parametrize(
        ("status", "body", "leaf"),
        [
            (400, _body("INVALID_ARGUMENT"), e.Refused),
            (400, _body("INVALID_ARGUMENT", "m", {"reason": "API_KEY_INVALID"}), e.BadCredential),
            (400, _body("INVALID_ARGUMENT", "API key expired. Please renew the API key."), e.BadCredential),
            (400, _body("FAILED_PRECONDITION"), e.Refused),
            (
                400,
                _body("FAILED_PRECONDITION", "User location is not supported for the API use."),
                e.BadCredential,
            ),
            (401, _body("UNAUTHENTICATED"), e.BadCredential),
            (402, _body("RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."), e.OutOfCredit),
            (402, _body("RESOURCE_EXHAUSTED"), e.OutOfCredit),
            (403, _body("PERMISSION_DENIED"), e.BadCredential),
            (403, _body("PERMISSION_DENIED", "m", {"reason": "SERVICE_DISABLED"}), e.BadCredential),
            (
                403,
                _body(
                    "PERMISSION_DENIED",
                    "You do not have permission to access the File x or it may not exist.",
                ),
                e.Refused,
            ),
            (404, _body("NOT_FOUND", "models/x is not found for API version v1beta"), e.ModelMissing),
            (404, _body("NOT_FOUND", "Requested entity was not found."), e.Refused),
            (429, _body("RESOURCE_EXHAUSTED", "You exceeded your current quota"), e.UpstreamRateLimited),
            (429, _body("RESOURCE_EXHAUSTED", "The project has exceeded its spending cap"), e.OutOfCredit),
            (500, _body("INTERNAL"), e.Overloaded),
            (503, _body("UNAVAILABLE"), e.Overloaded),
            (504, _body("DEADLINE_EXCEEDED"), e.TimedOut),
            (418, _body("SOMETHING_NEW"), e.Garbled),
            (503, b"[" + _body("UNAVAILABLE") + b"]", e.Overloaded),
            (429, b'{"error":{"message":"m","code":"insufficient_quota"}}', e.OutOfCredit),
            (404, b"<html>", e.Garbled),
            (502, b"", e.Overloaded),
            (400, b"[]", e.Garbled),
        ],
    )
    def test_what_it_is(self, status: int, body: bytes, leaf: type[e.UpstreamError]) -> None:
        """Reasons first, then sentences, then statuses; what is not Google's goes by the shared tables."""
        assert type(read_error(status, [], body)) is leaf

    @pytest.mark.parametrize(
        ("details", "wait"),
        [
            ([_retry("17s")], 17_000),
            ([_retry("1.5s")], 1_500),
            ([_retry("soon")], 2_000),
            ([_retry("30s"), _DAILY], 3_600_000),
            ([_retry("999999999s")], 86_400_000),
            ([], 2_000),
        ],
        ids=["whole", "fraction", "nonsense", "a day's quota", "endless", "only the header"],
    )
    def test_how_long_to_leave_it_alone(self, details: list[object], wait: int) -> None:
        """Details before headers; a quota of a day is not asked again soon."""
        error = read_error(429, [(b"retry-after", b"2")], _body("RESOURCE_EXHAUSTED", "m", *details))

        assert error.retry_after_ms == wait

    def test_secrets_are_masked(self) -> None:
        """An operator's log is no place for a key."""
        error = read_error(400, [], _body("INVALID_ARGUMENT", "the key AIzaSyA1234567890abcdef is odd"))

        assert "AIza" not in error.message


class TestFaultIn:
    @pytest.mark.parametrize(
        ("answer", "leaf"),
        [
            (json.loads(_body("UNAVAILABLE", code=503)), e.Overloaded),
            ([json.loads(_body("RESOURCE_EXHAUSTED", code=429))], e.UpstreamRateLimited),
            ({"error": {"code": 429, "message": "m"}}, e.UpstreamRateLimited),
            ({"error": "broken"}, e.Overloaded),
            ({"error": True}, e.Overloaded),
            ({"error": None, "candidates": []}, type(None)),
            (7, type(None)),
        ],
    )
    def test_an_error_behind_a_success(self, answer: object, leaf: type[object]) -> None:
        """In an answer or in the middle of a stream."""
        assert type(fault_in(answer, b"{}")) is leaf
