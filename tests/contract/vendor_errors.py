"""How providers refuse, in their own words, and what we take it for.

From vendors' documents and SDKs, and from recordings of their answers (read 2026-11-27).
"""

import json
from typing import Any, NamedTuple

from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK, COHERE, GEMINI, OLLAMA, OPENAI_CHAT
from oblivious.adapters.dialects.face import Headers
from oblivious.contracts.errors import (
    BadCredential,
    Blocked,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    UpstreamError,
    UpstreamRateLimited,
)

Leaf = type[UpstreamError]


class Refusal(NamedTuple):
    """One answer of a provider's.

    Attributes:
        key: what is telling in it, for people.
    """

    provider: str
    dialect: str
    status: int
    key: str
    body: Any
    leaf: Leaf
    headers: Headers = []  # noqa: RUF012 - never changed


def _openai(provider: str, status: int, leaf: Leaf, message: str, **members: Any) -> Refusal:
    key = members.get("code") or members.get("type")
    error = {"message": message, "type": None, "param": None, "code": None, **members}
    headers = [(b"retry-after", b"7")] if leaf is UpstreamRateLimited else []
    return Refusal(provider, OPENAI_CHAT, status, str(key or message), {"error": error}, leaf, headers)


def _flat(
    provider: str, status: int, leaf: Leaf, body: dict[str, Any], dialect: str = OPENAI_CHAT
) -> Refusal:
    key = body.get("code") or body.get("message") or body.get("error")
    return Refusal(provider, dialect, status, str(key), body, leaf)


def _anthropic(status: int, leaf: Leaf, kind: str, message: str, key: str = "") -> Refusal:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    headers = [(b"retry-after", b"7")] if leaf is UpstreamRateLimited else []
    return Refusal("anthropic", ANTHROPIC, status, key or kind, body, leaf, headers)


def _google(status: int, leaf: Leaf, word: str, message: str, *details: Any, key: str = "") -> Refusal:
    error = {"code": status, "message": message, "status": word, "details": list(details)}
    return Refusal("gemini", GEMINI, status, key or word, {"error": error}, leaf)


def _amazon(status: int, leaf: Leaf, kind: str, message: str) -> Refusal:
    headers = [(b"x-amzn-errortype", f"{kind}:http://internal.amazon.com/".encode())]
    return Refusal("bedrock", BEDROCK, status, kind, {"message": message}, leaf, headers)


_INVALID = "invalid_request_error"
_CONTEXT = "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens."
_WAIT = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}
_BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}

REFUSALS: tuple[Refusal, ...] = (
    _openai("openai", 400, TooLong, _CONTEXT, type=_INVALID, code="context_length_exceeded"),
    _openai("openai", 400, TooLong, "Your input exceeds the context window of this model.", type=_INVALID),
    _openai(
        "openai", 400, Blocked, "Your request was rejected by our policy.", code="content_policy_violation"
    ),
    _openai("openai", 400, Blocked, "Your request was rejected as a result of our safety system."),
    _openai(
        "openai", 400, Refused, "Unsupported parameter: 'top_k'", type=_INVALID, code="unsupported_parameter"
    ),
    _openai(
        "openai", 401, BadCredential, "Incorrect API key provided", type=_INVALID, code="invalid_api_key"
    ),
    _openai(
        "openai", 403, BadCredential, "Country not supported", code="unsupported_country_region_territory"
    ),
    _openai("openai", 404, ModelMissing, "The model does not exist", type=_INVALID, code="model_not_found"),
    _openai("openai", 429, OutOfCredit, "You exceeded your current quota", code="insufficient_quota"),
    _openai(
        "openai", 429, UpstreamRateLimited, "Rate limit reached", type="tokens", code="rate_limit_exceeded"
    ),
    _openai("openai", 503, Overloaded, "The engine is overloaded", code="server_is_overloaded"),
    _openai("azure", 400, Blocked, "The response was filtered due to the prompt", code="content_filter"),
    _openai("azure", 400, TooLong, _CONTEXT, code="context_length_exceeded"),
    _openai("azure", 404, ModelMissing, "The API deployment does not exist.", code="DeploymentNotFound"),
    _openai("azure", 429, UpstreamRateLimited, "Requests have exceeded the limit", code="429"),
    _anthropic(
        400, TooLong, _INVALID, "prompt is too long: 210000 tokens > 200000 maximum", "prompt is too long"
    ),
    _anthropic(
        400,
        TooLong,
        _INVALID,
        "input length and `max_tokens` exceed context limit: 1",
        "exceed context limit",
    ),
    _anthropic(
        400, Blocked, _INVALID, "Output blocked by content filtering policy", "content filtering policy"
    ),
    _anthropic(400, OutOfCredit, _INVALID, "Your credit balance is too low", "credit balance is too low"),
    _anthropic(400, Refused, _INVALID, "messages: at least one message is required"),
    _anthropic(401, BadCredential, "authentication_error", "invalid x-api-key"),
    _anthropic(402, OutOfCredit, "billing_error", "Payment is due"),
    _anthropic(403, BadCredential, "permission_error", "Not allowed"),
    _anthropic(404, ModelMissing, "not_found_error", "model: claude-9"),
    _anthropic(413, Refused, "request_too_large", "Request exceeds the maximum size"),
    _anthropic(429, UpstreamRateLimited, "rate_limit_error", "This would exceed your rate limit"),
    _anthropic(500, Overloaded, "api_error", "Internal server error"),
    _anthropic(504, TimedOut, "timeout_error", "Timed out"),
    _anthropic(529, Overloaded, "overloaded_error", "Overloaded"),
    _google(400, BadCredential, "INVALID_ARGUMENT", "API key not valid.", _BAD_KEY, key="API_KEY_INVALID"),
    _google(
        400,
        TooLong,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        key="exceeds the maximum number of tokens",
    ),
    _google(400, Refused, "INVALID_ARGUMENT", "Invalid value at 'contents'"),
    _google(400, BadCredential, "FAILED_PRECONDITION", "User location is not supported", key="User location"),
    _google(403, BadCredential, "PERMISSION_DENIED", "The caller does not have permission"),
    _google(404, ModelMissing, "NOT_FOUND", "models/gemini-9 is not found"),
    _google(429, UpstreamRateLimited, "RESOURCE_EXHAUSTED", "Quota exceeded", _WAIT),
    _google(500, Overloaded, "INTERNAL", "An internal error has occurred"),
    _google(503, Overloaded, "UNAVAILABLE", "The model is overloaded"),
    _google(504, TimedOut, "DEADLINE_EXCEEDED", "Deadline expired"),
    _amazon(400, TooLong, "ValidationException", "Input is too long for requested model."),
    _amazon(400, Refused, "ValidationException", "Malformed input request"),
    _amazon(403, BadCredential, "AccessDeniedException", "User is not authorized"),
    _amazon(404, ModelMissing, "ResourceNotFoundException", "Could not resolve the foundation model"),
    _amazon(424, Overloaded, "ModelErrorException", "The model failed"),
    _amazon(429, UpstreamRateLimited, "ThrottlingException", "Too many requests"),
    _amazon(503, Overloaded, "ServiceUnavailableException", "Try again"),
    _openai("deepseek", 400, TooLong, _CONTEXT, type=_INVALID),
    _openai("deepseek", 400, Blocked, "Content Exists Risk", type=_INVALID),
    _openai("deepseek", 402, OutOfCredit, "Insufficient Balance", type="unknown_error"),
    _openai("deepseek", 429, UpstreamRateLimited, "Rate limit reached"),
    _openai(
        "moonshot",
        400,
        TooLong,
        "Invalid request: Your request exceeded model token limit: 8192",
        type=_INVALID,
    ),
    _openai("moonshot", 400, Blocked, "The request was considered high risk", type="content_filter"),
    _openai("moonshot", 429, OutOfCredit, "Your account is suspended", type="exceeded_current_quota_error"),
    _openai("moonshot", 429, UpstreamRateLimited, "Your account is limited", type="rate_limit_reached_error"),
    _openai("moonshot", 429, Overloaded, "The engine is overloaded", type="engine_overloaded_error"),
    _openai("zhipu", 400, TooLong, "Prompt too long", code="1261"),
    _openai("zhipu", 400, Blocked, "Sensitive content", code="1301"),
    _openai("zhipu", 429, OutOfCredit, "The account is in arrears", code="1113"),
    _openai("zhipu", 429, UpstreamRateLimited, "Too many requests", code="1302"),
    _openai(
        "dashscope",
        400,
        TooLong,
        "Range of input length should be [1, 30720]",
        code="invalid_parameter_error",
    ),
    _openai(
        "dashscope",
        400,
        Blocked,
        "Input data may contain inappropriate content.",
        code="data_inspection_failed",
    ),
    _openai("dashscope", 400, OutOfCredit, "Access denied", code="Arrearage"),
    _openai("dashscope", 429, UpstreamRateLimited, "Requests throttled", code="Throttling.RateQuota"),
    _openai(
        "volcengine", 400, Blocked, "The input may be sensitive", code="SensitiveContentDetected.Violence"
    ),
    _openai("volcengine", 403, OutOfCredit, "The account is overdue", code="AccountOverdueError"),
    _openai("volcengine", 429, UpstreamRateLimited, "Too fast", code="RateLimitExceeded.EndpointTPMExceeded"),
    _openai("volcengine", 429, Overloaded, "The service is overloaded", code="ServerOverloaded"),
    _flat(
        "xai", 400, TooLong, {"code": "400", "error": "This model's maximum prompt length is 131072 but ..."}
    ),
    _flat("xai", 403, Blocked, {"code": "403", "error": "Content violates usage guidelines."}),
    _openai("groq", 400, TooLong, "Please reduce the length of the messages or completion.", type=_INVALID),
    _openai("groq", 498, Overloaded, "Flex tier capacity exceeded", type="invalid_request_error"),
    _openai("openrouter", 402, OutOfCredit, "Insufficient credits", code=402),
    _openai("openrouter", 403, Blocked, "The model requires moderation", code=403),
    _openai("openrouter", 502, Overloaded, "Provider returned error", code=502),
    _flat(
        "mistral",
        400,
        TooLong,
        {
            "object": "error",
            "message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
            "type": "invalid_request_message_order",
            "code": "3051",
        },
    ),
    _flat(
        "mistral",
        422,
        Refused,
        {"detail": [{"loc": ["body", "user"], "msg": "Extra inputs are not permitted"}]},
    ),
    _flat(
        "siliconflow", 503, Overloaded, {"code": 50505, "message": "Model service overloaded.", "data": None}
    ),
    _flat(
        "vllm", 400, TooLong, {"object": "error", "message": _CONTEXT, "type": "BadRequestError", "code": 400}
    ),
    _openai(
        "llama-cpp",
        400,
        TooLong,
        "the request exceeds the available context size",
        type="exceed_context_size_error",
    ),
    _flat("cohere", 401, BadCredential, {"message": "invalid api token"}, COHERE),
    _flat("cohere", 404, ModelMissing, {"message": "model 'command-9' not found"}, COHERE),
    _flat(
        "cohere", 429, UpstreamRateLimited, {"message": "You are using a Trial key, which is limited"}, COHERE
    ),
    _flat("ollama", 404, ModelMissing, {"error": "model 'llama9' not found"}, OLLAMA),
)
"""Row by row; rate limits of those that tell it say when to come back."""


def sent(refusal: Refusal) -> bytes:
    """Return the body as it comes."""
    return json.dumps(refusal.body).encode()
