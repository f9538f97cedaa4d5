import json

import pytest

from oblivious.adapters.dialects.faults import judged, read_error, retry_after_ms, words_of
from oblivious.contracts.errors import (
    BadCredential,
    Blocked,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    UpstreamError,
    UpstreamRateLimited,
)


def _openai(message: str = "x", kind: str = "", code: object = None) -> bytes:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()


def _anthropic(kind: str, message: str = "x", code: str | None = None) -> bytes:
    details = {"error_code": code} if code else None
    return json.dumps(
        {"type": "error", "error": {"type": kind, "message": message, "details": details}}
    ).encode()


def _listed(status: int, message: str) -> bytes:
    return json.dumps(
        [{"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT"}}]
    ).encode()


class TestReadError:
    @pytest.mark.parametrize(
        ("status", "body", "leaf"),
        [
            (400, _openai(kind="invalid_request_error"), Refused),
            (400, _openai(code="context_length_exceeded"), TooLong),
            (400, _openai("Detected high-frequency non-compliant requests from you."), UpstreamRateLimited),
            (400, _openai("Rate limit reached for requests", "invalid_request_error"), UpstreamRateLimited),
            (400, _openai("The service may be temporarily overloaded, please try again later"), Overloaded),
            (422, _openai("\u7cfb\u7edf\u7e41\u5fd9"), Overloaded),
            (401, _openai(kind="invalid_request_error", code="invalid_api_key"), BadCredential),
            (401, b"", BadCredential),
            (402, _openai("Insufficient Balance"), OutOfCredit),
            (403, _openai(code="unsupported_country_region_territory"), BadCredential),
            (403, _openai("Model x requires moderation on y", code=403), Blocked),
            (403, _anthropic("permission_error"), BadCredential),
            (403, _openai("no access to model", code="model_not_found"), ModelMissing),
            (
                404,
                _openai("The model `x` does not exist", "invalid_request_error", "model_not_found"),
                ModelMissing,
            ),
            (404, _anthropic("not_found_error", "model: claude-9"), ModelMissing),
            (404, b'{"error":{"message":"model \\"x\\" not found","type":"api_error"}}', ModelMissing),
            (404, _openai("Conversation 'c' not found", "invalid_request_error"), Refused),
            (404, _openai("Invalid URL (POST /v1/x)", "invalid_request_error"), Garbled),
            (404, b'{"detail":"Not Found"}', Garbled),
            (404, b"<html>", Garbled),
            (400, b'{"object":"error","message":"Invalid model: x","type":"invalid_model"}', ModelMissing),
            (400, _openai("x is not a valid model ID", code=400), ModelMissing),
            (400, _openai("All messages are too long.", kind="too_many_prompt_tokens"), TooLong),
            (400, _anthropic("invalid_request_error", "Your credit balance is too low to ..."), OutOfCredit),
            (400, _openai(code="Arrearage"), OutOfCredit),
            (408, b"", TimedOut),
            (405, _openai(), Garbled),
            (407, _openai(), Garbled),
            (409, _openai(), Overloaded),
            (410, _openai(), ModelMissing),
            (421, _openai(), Garbled),
            (423, _openai(), Overloaded),
            (451, _openai(), Refused),
            (
                400,
                _openai(_openai("API Key not found. Please pass a valid API key.").decode()),
                BadCredential,
            ),
            (400, _openai("API key not valid. Please pass a valid API key."), BadCredential),
            (400, _openai("API key expired. Please renew it."), BadCredential),
            (429, _openai("Your account has been suspended"), BadCredential),
            (400, _openai("Operation not allowed"), ModelMissing),
            (403, _openai("Your account is not authorized to invoke this API operation."), ModelMissing),
            (413, _anthropic("request_too_large"), Refused),
            (422, b'{"detail":[{"loc":["body"],"msg":"extra fields"}]}', Refused),
            (429, _openai(kind="insufficient_quota", code="insufficient_quota"), OutOfCredit),
            (429, _openai(kind="insufficient_quota"), OutOfCredit),
            (429, _openai(kind="tokens", code="rate_limit_exceeded"), UpstreamRateLimited),
            (429, _openai(kind="engine_overloaded_error"), Overloaded),
            (429, _openai(kind="exceeded_current_quota_error"), OutOfCredit),
            (429, b"slow down", UpstreamRateLimited),
            (
                429,
                b'{"error":{"type":"rate_limit_error","details":{"error_code":"enforced_spend_limit_reached"}}}',
                OutOfCredit,
            ),
            (429, _openai(code="project_spend_limit_exceeded"), OutOfCredit),
            (429, _anthropic("rate_limit_error", code="contract_spend_limit_reached"), OutOfCredit),
            (429, _anthropic("rate_limit_error", code="ramp_limit_exceeded"), UpstreamRateLimited),
            (
                400,
                _anthropic("invalid_request_error", "You have reached your specified API usage limits."),
                OutOfCredit,
            ),
            (400, _anthropic("invalid_request_error", code="organization_on_hold"), BadCredential),
            (400, _anthropic("invalid_request_error", "This organization has been disabled."), BadCredential),
            (400, _openai("Your organization must be verified to stream this model."), ModelMissing),
            (400, _openai(code="InvalidEndpoint.ClosedEndpoint"), ModelMissing),
            (400, _openai(code="OperationNotSupported"), ModelMissing),
            (403, _openai("Model access denied.", code="Model.AccessDenied"), ModelMissing),
            (400, _openai(code="DataInspectionFailed"), Blocked),
            (422, _anthropic("unprocessable_entity_error", "input new_sensitive (1026)"), Blocked),
            (
                500,
                _anthropic("api_error", "your current token plan not support model, m (2061)"),
                ModelMissing,
            ),
            (429, _openai("The account is locked", code="1112"), BadCredential),
            (429, _openai("The plan has ended", code="1309"), OutOfCredit),
            (429, _openai("The plan has no such model", code="1311"), ModelMissing),
            (429, _openai("Too many for this model", code="1312"), Overloaded),
            (500, b'{"code":11202,"message":"AppIdQpsOverFlowError","sid":"s"}', UpstreamRateLimited),
            (400, b'{"code":400,"message":"no number of a vendor"}', Refused),
            (400, _listed(400, "Invalid value at 'messages'"), Refused),
            (404, _listed(404, "Publisher Model `x` was not found"), ModelMissing),
            (400, b"[]", Garbled),
            (498, b"", Overloaded),
            (500, _anthropic("api_error"), Overloaded),
            (502, b"<html>bad gateway</html>", Overloaded),
            (503, _openai(code="slow_down"), Overloaded),
            (504, b"", TimedOut),
            (524, b"", TimedOut),
            (529, _anthropic("overloaded_error"), Overloaded),
            (400, b'{"code":"x","error":"words alone"}', Refused),
            (301, b"", Garbled),
        ],
    )
    def test_the_leaf_fits(self, status: int, body: bytes, leaf: type[UpstreamError]) -> None:
        """Code, then type, then words, then status."""
        error = read_error(status, [], body)

        assert type(error) is leaf
        assert error.upstream_status == status

    def test_a_refusal_keeps_the_body(self) -> None:
        """The caller is to read what the upstream said."""
        body = _openai("too long", code="context_length_exceeded")

        assert read_error(400, [], body).body == body
        assert read_error(401, [], body.replace(b"context_length_exceeded", b"x")).body is None

    @pytest.mark.parametrize(
        ("message", "certain"),
        [("Insufficient credits", True), ("It requires more credits, or fewer max_tokens.", False)],
        ids=["nothing left", "not so much"],
    )
    def test_a_key_that_can_pay_for_less_is_not_judged(self, message: str, *, certain: bool) -> None:
        """OpenRouter refuses what one request might cost, whatever is left."""
        error = read_error(402, [], _openai(message, code=402))

        assert (type(error), error.certain) == (OutOfCredit, certain)

    @pytest.mark.parametrize("code", ["1304", "1308", "1310"])
    def test_a_quota_of_hours_is_asked_for_seldom(self, code: str) -> None:
        """Zhipu tells its end in words only."""
        assert read_error(429, [], _openai(code=code)).retry_after_ms == 3_600_000

    @pytest.mark.parametrize(
        ("status", "headers", "expected"),
        [
            pytest.param(429, [], 33_000, id="where no header says it"),
            pytest.param(429, [(b"retry-after", b"5")], 5_000, id="not where one does"),
            pytest.param(400, [], None, id="not of other failures"),
        ],
    )
    def test_the_words_say_how_long_to_wait(
        self, status: int, headers: list[tuple[bytes, bytes]], expected: int | None
    ) -> None:
        """Some vendors send no header."""
        body = _openai("You have exceeded the call rate. Please retry after 33 seconds.")

        assert read_error(status, headers, body).retry_after_ms == expected

    def test_secrets_and_accounts_are_blotted_out(self) -> None:
        """Nothing that names our account leaves in a message."""
        error = read_error(401, [], _openai("Incorrect API key sk-proj-abcdefgh123 of org-AbCdEf123"))

        assert error.message == "Incorrect API key [secret] of [account]"


class TestJudged:
    @pytest.mark.parametrize(
        ("event", "leaf"),
        [
            ({"error": {"type": "overloaded_error", "message": "x"}}, Overloaded),
            ({"error": {"type": "invalid_request_error", "message": "x"}}, Refused),
            ({"error": {"type": "permission_error", "message": "x"}}, BadCredential),
            ({"error": {"type": "timeout_error", "message": "x"}}, TimedOut),
            ({"error": {"code": 402, "message": "credits"}}, OutOfCredit),
            ({"error": {"code": 502, "message": "down"}}, Overloaded),
            ({"error": "words"}, Overloaded),
            ({"type": "error", "code": "rate_limit_exceeded", "message": "x"}, UpstreamRateLimited),
            ({"type": "error", "code": "invalid_image", "message": "x"}, Refused),
            ({"type": "error", "code": "bio_policy", "message": "x"}, Blocked),
            ({"code": 10013, "message": "x"}, Blocked),
        ],
    )
    def test_in_a_stream_there_is_no_status(
        self, event: dict[str, object], leaf: type[UpstreamError]
    ) -> None:
        """Words decide, and a status in the body counts."""
        words = words_of(event)

        assert words is not None
        assert type(judged(words)) is leaf


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ([(b"retry-after", b"2")], 2000),
            ([(b"Retry-After", b"0.25")], 250),
            ([(b"retry-after-ms", b"1500"), (b"retry-after", b"9")], 1500),
            (
                [
                    (b"retry-after", b"Sat, 21 Nov 2026 07:00:30 GMT"),
                    (b"date", b"Sat, 21 Nov 2026 07:00:00 GMT"),
                ],
                30_000,
            ),
            ([(b"retry-after", b"Sat, 21 Nov 2026 07:00:30 GMT")], None),
            ([(b"retry-after", b"soon")], None),
            ([(b"retry-after", b"-3")], None),
            ([(b"retry-after", b"nan")], None),
            ([(b"retry-after", b"inf")], None),
            ([(b"retry-after", b"1e12")], 86_400_000),
            ([], None),
        ],
    )
    def test_every_spelling_is_read(self, headers: list[tuple[bytes, bytes]], expected: int | None) -> None:
        """Seconds, fractions, milliseconds, dates; nonsense is nothing."""
        assert retry_after_ms(headers) == expected


class TestAmazon:
    @pytest.mark.parametrize(
        ("status", "kind", "message", "leaf"),
        [
            (400, "ValidationException", "Input is too long for requested model.", TooLong),
            (400, "ValidationException", "Input Tokens Exceeded: it exceeds maximum length.", TooLong),
            (400, "ValidationException", "The provided model identifier is invalid.", ModelMissing),
            (400, "ServiceQuotaExceededException", "x", UpstreamRateLimited),
            (403, "AccessDeniedException", "You don't have access to the model with that ID.", ModelMissing),
            (403, "AccessDeniedException", "not authorized to perform: bedrock:InvokeModel", BadCredential),
            (403, "UnrecognizedClientException", "The security token is invalid.", BadCredential),
            (404, "ResourceNotFoundException", "x", ModelMissing),
            (408, "ModelTimeoutException", "x", TimedOut),
            (424, "ModelErrorException", "x", Overloaded),
            (429, "ThrottlingException", "Too many tokens", UpstreamRateLimited),
            (429, "ModelNotReadyException", "x", Overloaded),
            (500, "InternalServerException", "x", Overloaded),
            (503, "ServiceUnavailableException", "x", Overloaded),
        ],
    )
    def test_the_type_stands_in_a_header(
        self, status: int, kind: str, message: str, leaf: type[UpstreamError]
    ) -> None:
        """With an address behind it."""
        headers = [(b"X-Amzn-ErrorType", f"{kind}:http://internal.amazon.com/".encode())]
        error = read_error(status, headers, json.dumps({"message": message}).encode())

        assert type(error) is leaf
        assert error.message == message

    def test_its_front_door_writes_with_a_capital(self) -> None:
        """Its words are not lost."""
        error = read_error(403, [], b'{"Message":"Bearer Token has expired"}')

        assert type(error) is BadCredential
        assert error.message == "Bearer Token has expired"
