"""How providers refuse, in their own words, and what we take it for.

From vendors' documents and SDKs, and from recordings of their answers (read 2026-11-27).
"""

from oblivious.adapters.dialects.endpoint import COHERE, OLLAMA
from oblivious.contracts.errors import (
    BadCredential,
    Blocked,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    UpstreamRateLimited,
)
from tests.contract.vendor_refusal import (
    Refusal,
    by_amazon,
    by_anthropic,
    by_cloudflare,
    by_flat,
    by_google,
    by_openai,
)

_INVALID = "invalid_request_error"
_CONTEXT = "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens."
_WAIT = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}
_BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}

REFUSALS: tuple[Refusal, ...] = (
    by_openai("openai", 400, TooLong, _CONTEXT, type=_INVALID, code="context_length_exceeded"),
    by_openai("openai", 400, TooLong, "Your input exceeds the context window of this model.", type=_INVALID),
    by_openai(
        "openai", 400, Blocked, "Your request was rejected by our policy.", code="content_policy_violation"
    ),
    by_openai("openai", 400, Blocked, "Your request was rejected as a result of our safety system."),
    by_openai(
        "openai", 400, Refused, "Unsupported parameter: 'top_k'", type=_INVALID, code="unsupported_parameter"
    ),
    by_openai(
        "openai", 401, BadCredential, "Incorrect API key provided", type=_INVALID, code="invalid_api_key"
    ),
    by_openai(
        "openai", 403, BadCredential, "Country not supported", code="unsupported_country_region_territory"
    ),
    by_openai("openai", 404, ModelMissing, "The model does not exist", type=_INVALID, code="model_not_found"),
    by_openai("openai", 429, OutOfCredit, "You exceeded your current quota", code="insufficient_quota"),
    by_openai(
        "openai", 429, UpstreamRateLimited, "Rate limit reached", type="tokens", code="rate_limit_exceeded"
    ),
    by_openai("openai", 503, Overloaded, "The engine is overloaded", code="server_is_overloaded"),
    by_openai("azure", 400, Blocked, "The response was filtered due to the prompt", code="content_filter"),
    by_openai("azure", 400, TooLong, _CONTEXT, code="context_length_exceeded"),
    by_openai("azure", 404, ModelMissing, "The API deployment does not exist.", code="DeploymentNotFound"),
    by_openai("azure", 429, UpstreamRateLimited, "Requests have exceeded the limit", code="429"),
    by_anthropic(
        400, TooLong, _INVALID, "prompt is too long: 210000 tokens > 200000 maximum", "prompt is too long"
    ),
    by_anthropic(
        400,
        TooLong,
        _INVALID,
        "input length and `max_tokens` exceed context limit: 1",
        "exceed context limit",
    ),
    by_anthropic(
        400, Blocked, _INVALID, "Output blocked by content filtering policy", "content filtering policy"
    ),
    by_anthropic(400, OutOfCredit, _INVALID, "Your credit balance is too low", "credit balance is too low"),
    by_anthropic(
        400,
        OutOfCredit,
        _INVALID,
        "You have reached your specified API usage limits.",
        "specified API usage limits",
    ),
    by_anthropic(400, Refused, _INVALID, "messages: at least one message is required"),
    by_anthropic(401, BadCredential, "authentication_error", "invalid x-api-key"),
    by_anthropic(402, OutOfCredit, "billing_error", "Payment is due"),
    by_anthropic(403, BadCredential, "permission_error", "Not allowed"),
    by_anthropic(404, ModelMissing, "not_found_error", "model: claude-9"),
    by_anthropic(413, Refused, "request_too_large", "Request exceeds the maximum size"),
    by_anthropic(429, UpstreamRateLimited, "rate_limit_error", "This would exceed your rate limit"),
    by_anthropic(500, Overloaded, "api_error", "Internal server error"),
    by_anthropic(504, TimedOut, "timeout_error", "Timed out"),
    by_anthropic(529, Overloaded, "overloaded_error", "Overloaded"),
    by_google(400, BadCredential, "INVALID_ARGUMENT", "API key not valid.", _BAD_KEY, key="API_KEY_INVALID"),
    by_google(
        400,
        TooLong,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        key="exceeds the maximum number of tokens",
    ),
    by_google(400, Refused, "INVALID_ARGUMENT", "Invalid value at 'contents'"),
    by_google(
        400, BadCredential, "FAILED_PRECONDITION", "User location is not supported", key="User location"
    ),
    by_google(403, BadCredential, "PERMISSION_DENIED", "The caller does not have permission"),
    by_google(404, ModelMissing, "NOT_FOUND", "models/gemini-9 is not found"),
    by_google(429, UpstreamRateLimited, "RESOURCE_EXHAUSTED", "Quota exceeded", _WAIT),
    by_google(500, Overloaded, "INTERNAL", "An internal error has occurred"),
    by_google(503, Overloaded, "UNAVAILABLE", "The model is overloaded"),
    by_google(504, TimedOut, "DEADLINE_EXCEEDED", "Deadline expired"),
    by_amazon(400, TooLong, "ValidationException", "Input is too long for requested model."),
    by_amazon(400, Refused, "ValidationException", "Malformed input request"),
    by_amazon(403, BadCredential, "AccessDeniedException", "User is not authorized"),
    by_amazon(404, ModelMissing, "ResourceNotFoundException", "Could not resolve the foundation model"),
    by_amazon(424, Overloaded, "ModelErrorException", "The model failed"),
    by_amazon(429, UpstreamRateLimited, "ThrottlingException", "Too many requests"),
    by_amazon(503, Overloaded, "ServiceUnavailableException", "Try again"),
    by_openai("deepseek", 400, TooLong, _CONTEXT, type=_INVALID),
    by_openai(
        "deepseek",
        400,
        ModelMissing,
        "The supported API model names are deepseek-a or deepseek-b, but you passed deepseek-c.",
    ),
    by_openai("deepseek", 400, Blocked, "Content Exists Risk", type=_INVALID),
    by_openai("deepseek", 402, OutOfCredit, "Insufficient Balance", type="unknown_error"),
    by_openai("deepseek", 429, UpstreamRateLimited, "Rate limit reached"),
    by_openai(
        "moonshot",
        400,
        TooLong,
        "Invalid request: Your request exceeded model token limit: 8192",
        type=_INVALID,
    ),
    by_openai("moonshot", 400, Blocked, "The request was considered high risk", type="content_filter"),
    by_openai("moonshot", 429, OutOfCredit, "Your account is suspended", type="exceeded_current_quota_error"),
    by_openai(
        "moonshot", 429, UpstreamRateLimited, "Your account is limited", type="rate_limit_reached_error"
    ),
    by_openai("moonshot", 429, Overloaded, "The engine is overloaded", type="engine_overloaded_error"),
    by_openai("zhipu", 400, TooLong, "Prompt too long", code="1261"),
    by_openai("zhipu", 400, Blocked, "Sensitive content", code="1301"),
    by_openai("zhipu", 429, OutOfCredit, "The account is in arrears", code="1113"),
    by_openai("zhipu", 429, OutOfCredit, "The coding plan has ended", code="1309"),
    by_openai("zhipu", 429, BadCredential, "The account is locked", code="1112"),
    by_openai("zhipu", 429, UpstreamRateLimited, "Too many requests", code="1302"),
    by_openai(
        "dashscope",
        400,
        TooLong,
        "Range of input length should be [1, 30720]",
        code="invalid_parameter_error",
    ),
    by_openai(
        "dashscope",
        400,
        Blocked,
        "Input data may contain inappropriate content.",
        code="data_inspection_failed",
    ),
    by_openai("dashscope", 400, OutOfCredit, "Access denied", code="Arrearage"),
    by_openai("dashscope", 429, UpstreamRateLimited, "Requests throttled", code="Throttling.RateQuota"),
    by_openai(
        "volcengine", 400, Blocked, "The input may be sensitive", code="SensitiveContentDetected.Violence"
    ),
    by_openai("volcengine", 403, OutOfCredit, "The account is overdue", code="AccountOverdueError"),
    by_openai(
        "volcengine", 400, ModelMissing, "The endpoint is closed", code="InvalidEndpoint.ClosedEndpoint"
    ),
    by_openai(
        "volcengine", 429, UpstreamRateLimited, "Too fast", code="RateLimitExceeded.EndpointTPMExceeded"
    ),
    by_openai("volcengine", 429, Overloaded, "The service is overloaded", code="ServerOverloaded"),
    by_flat(
        "xai", 400, TooLong, {"code": "400", "error": "This model's maximum prompt length is 131072 but ..."}
    ),
    by_flat("xai", 403, Blocked, {"code": "403", "error": "Content violates usage guidelines."}),
    by_openai("groq", 400, TooLong, "Please reduce the length of the messages or completion.", type=_INVALID),
    by_openai("groq", 498, Overloaded, "Flex tier capacity exceeded", type="invalid_request_error"),
    by_openai("openrouter", 402, OutOfCredit, "Insufficient credits", code=402),
    by_openai("openrouter", 403, Blocked, "The model requires moderation", code=403),
    by_openai("openrouter", 502, Overloaded, "Provider returned error", code=502),
    by_flat(
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
    by_flat(
        "mistral",
        422,
        Refused,
        {"detail": [{"loc": ["body", "user"], "msg": "Extra inputs are not permitted"}]},
    ),
    by_flat(
        "siliconflow", 503, Overloaded, {"code": 50505, "message": "Model service overloaded.", "data": None}
    ),
    by_flat(
        "vllm", 400, TooLong, {"object": "error", "message": _CONTEXT, "type": "BadRequestError", "code": 400}
    ),
    by_openai(
        "llama-cpp",
        400,
        TooLong,
        "the request exceeds the available context size",
        type="exceed_context_size_error",
    ),
    by_openai("llama-cpp", 500, TooLong, "Context size has been exceeded."),
    by_openai(
        "together",
        403,
        TooLong,
        "Both together must be less than the context length of the model",
    ),
    by_cloudflare(429, Overloaded, 3040, "AiError: No room in any data center"),
    by_cloudflare(429, UpstreamRateLimited, 3036, "The neurons of today are used up"),
    by_cloudflare(429, UpstreamRateLimited, 4006, "AiError: The neurons of today are used up"),
    by_openai("tokenhub", 451, Blocked, "Filtered by the policy on safety", type="content_filter_error"),
    by_openai(
        "bedrock-openai",
        400,
        ModelMissing,
        "The model 'm' does not support the '/v1/chat/completions' API",
    ),
    by_flat("lmstudio", 400, TooLong, {"error": "Cannot shorten a prompt of which n_keep (5) >= n_ctx (4)"}),
    by_flat("lmstudio", 400, Overloaded, {"error": "The model has crashed without further words."}),
    by_flat("cohere", 401, BadCredential, {"message": "invalid api token"}, COHERE),
    by_flat("cohere", 404, ModelMissing, {"message": "model 'command-9' not found"}, COHERE),
    by_flat(
        "cohere", 429, UpstreamRateLimited, {"message": "You are using a Trial key, which is limited"}, COHERE
    ),
    by_flat("ollama", 404, ModelMissing, {"error": "model 'llama9' not found"}, OLLAMA),
    by_openai("ollama", 400, TooLong, "prompt too long; exceeded max context length by 10 tokens"),
)
"""Row by row; rate limits of those that tell it say when to come back."""
