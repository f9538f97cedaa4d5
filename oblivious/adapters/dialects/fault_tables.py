"""What the words of providers mean: codes, sentences and statuses, by leaf of our error tree.

Read in the vendors' documents, their SDKs and recordings of their answers (2026-11). Numbers of four
digits are Zhipu's, or Cloudflare's where they begin with 3 or 4; those of five are Spark's.
"""

from collections.abc import Mapping

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

Leaf = type[UpstreamError]


def _words(table: Mapping[Leaf, str]) -> dict[str, Leaf]:
    return {word: leaf for leaf, words in table.items() for word in words.split()}


# A code or type that means the same whatever the status says.
WORDS = _words(
    {
        OutOfCredit: """insufficient_quota insufficient_balance credit_balance_exhausted billing_error
            exceeded_current_quota_error enforced_spend_limit_reached spend_limit_reached usage_limit_reached
            billing_hard_limit_reached billing_not_active Arrearage AccountOverdueError
            insufficient_user_quota account_overdue AllocationQuota.FreeTierOnly
            personal-team-blocked:spending-limit 1113""",
        # A region is the operator's affair: another provider may well serve from here.
        BadCredential: """invalid_api_key authentication_error invalid_authentication_error invalid_iam_token
            AuthenticationError account_deactivated unsupported_country_region_territory 11200""",
        ModelMissing: """model_not_found invalid_model model_not_available DeploymentNotFound unknown_model
            model_not_supported model_deprecated model_offline 1211 ResourceNotFoundException""",
        UpstreamRateLimited: """rate_limit_exceeded rate_limit_error rate_limit_reached_error limit_requests
            ModelAccountTpmRateLimitExceeded RateLimitExceeded Throttling 1302 1303 11202 ThrottlingException
            ServiceQuotaExceededException 3036 4006""",
        Overloaded: """overloaded_error server_is_overloaded slow_down engine_overloaded_error
            server_overloaded ServerOverloaded 1305 ModelNotReadyException ModelErrorException
            ModelStreamErrorException InternalServerException ServiceUnavailableException 3040""",
        TooLong: """context_length_exceeded exceed_context_size_error model_context_window_exceeded
            ContextWindowExceededError tokens_too_long characters_too_long 1261""",
        Blocked: """content_policy_violation content_filter content_filter_error
            data_inspection_failed moderation_blocked
            SensitiveContentDetected InputTextSensitiveContentDetected OutputTextSensitiveContentDetected
            InputTextRiskDetection OutputTextRiskDetection InputImageRiskDetection
            unsafe_request censorship_blocked 1301""",
        Refused: "invalid_prompt",
    }
)

# Sentences that outweigh a code: to SambaNova and DashScope every limit is an `insufficient_quota`.
OUTWEIGHS: tuple[tuple[str, Leaf], ...] = (
    ("rate limit exceeded", UpstreamRateLimited),
    ("allocated quota exceeded", UpstreamRateLimited),
)

# What only a sentence tells.
PHRASES: tuple[tuple[str, Leaf], ...] = (
    ("daily free allocation", UpstreamRateLimited),
    ("credit balance is too low", OutOfCredit),
    ("insufficient balance", OutOfCredit),
    ("exceeded your current quota", OutOfCredit),
    ("not enough balance", OutOfCredit),
    ("monthly spending limit", OutOfCredit),
    ("run out of credits", OutOfCredit),
    ("have any credits", OutOfCredit),
    ("balance is insufficient", OutOfCredit),
    ("incorrect api key", BadCredential),
    ("requires moderation", Blocked),
    ("content filtering policy", Blocked),
    ("content management policy", Blocked),
    ("rejected as a result of our safety system", Blocked),
    ("content exists risk", Blocked),
    ("inappropriate content", Blocked),
    ("violates usage guidelines", Blocked),
    ("violate the usage guidelines", Blocked),
    ("considered high risk", Blocked),
    ("maximum context length", TooLong),
    ("maximum prompt length", TooLong),
    ("context window", TooLong),
    ("prompt is too long", TooLong),
    ("exceed context limit", TooLong),
    ("input is too long", TooLong),
    ("available context size", TooLong),
    ("context size has been exceeded", TooLong),
    ("less than the context length", TooLong),
    (">= n_ctx", TooLong),
    ("longer than the model's context length", TooLong),
    ("longer than the context length", TooLong),
    ("longer than the maximum model length", TooLong),
    ("greater than the context length", TooLong),
    ("context length of only", TooLong),
    ("larger than the max context size", TooLong),
    ("token length too long", TooLong),
    ("context overflow", TooLong),
    ("max context reached", TooLong),
    ("total number of tokens in the prompt", TooLong),
    ("must be less than max_seq_len", TooLong),
    ("`inputs` tokens + `max_new_tokens`", TooLong),
    ("exceeded model token limit", TooLong),
    ("range of input length", TooLong),
    ("exceeds the maximum number of tokens allowed", TooLong),
    ("reduce the length of the messages", TooLong),
    ("no endpoints found", ModelMissing),
    ("no such model", ModelMissing),
    ("no models loaded", ModelMissing),
    ("model not found", ModelMissing),
    ("model does not exist", ModelMissing),
    ("invalid param model", ModelMissing),
    ("not found for account", ModelMissing),
    ("is not a valid model id", ModelMissing),
    ("invalid model id", ModelMissing),
    ("model identifier is invalid", ModelMissing),
    ("access to the model", ModelMissing),
    ("on-demand throughput isn", ModelMissing),
    ("does not support the '/", ModelMissing),
    ("model has crashed", Overloaded),
    ("model unloaded", Overloaded),
    ("invalid url", Garbled),
)

STATUSES: dict[int, Leaf] = {
    401: BadCredential,
    402: OutOfCredit,
    403: BadCredential,
    408: TimedOut,
    424: Overloaded,
    425: Overloaded,
    429: UpstreamRateLimited,
    498: Overloaded,
    499: Overloaded,
    504: TimedOut,
    524: TimedOut,
}

CERTAIN = frozenset({401, 402})
"""With a reason beside it such a status is about the key; a 403 may be a firewall's or a region's."""

OF_PLACES = frozenset({"unsupported_country_region_territory"})
"""Codes that say where we are, not who."""

DAILY = frozenset({"3036", "4006"})
"""Codes of what is filled up again at midnight: ask seldom until then."""

# General types; they decide only where no status does, in the middle of a stream.
TYPES = _words(
    {
        Refused: "invalid_request_error invalid_value not_found_error request_too_large ValidationException",
        BadCredential: "permission_error AccessDeniedException",
        TimedOut: "timeout_error ModelTimeoutException",
    }
)
