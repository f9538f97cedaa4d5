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
            organization_spend_limit_exceeded project_spend_limit_exceeded organization_usage_limit_exceeded
            contract_spend_limit_reached linked_organization_spend_limit_reached
            linked_organization_billing_unavailable personal-team-blocked:spending-limit 1113 1309""",
        # A region is the operator's affair: another provider may well serve from here.
        BadCredential: """invalid_api_key authentication_error invalid_authentication_error invalid_iam_token
            AuthenticationError account_deactivated unsupported_country_region_territory
            organization_on_hold cmek_key_disabled cmek_key_network_blocked
            claude_code_key_creator_not_member 1110 1111 1112 1121 11200""",
        ModelMissing: """model_not_found invalid_model model_not_available DeploymentNotFound unknown_model
            model_not_supported model_deprecated model_offline InvalidEndpoint Model.AccessDenied
            OperationNotSupported 1211 1311 ResourceNotFoundException""",
        UpstreamRateLimited: """rate_limit_exceeded rate_limit_error rate_limit_reached_error limit_requests
            ModelAccountTpmRateLimitExceeded RateLimitExceeded Throttling 1302 1303 1304 1308 1310 1313 11202
            11203 ThrottlingException ServiceQuotaExceededException 3036 4006""",
        Overloaded: """overloaded_error server_is_overloaded slow_down engine_overloaded_error
            server_overloaded ServerOverloaded 1305 1312 ModelNotReadyException ModelErrorException
            ModelStreamErrorException InternalServerException ServiceUnavailableException 3040""",
        TooLong: """context_length_exceeded exceed_context_size_error model_context_window_exceeded
            ContextWindowExceededError tokens_too_long characters_too_long too_many_prompt_tokens 1261""",
        Blocked: """content_policy_violation content_filter content_filter_error
            data_inspection_failed DataInspectionFailed moderation_blocked
            image_content_policy_violation bio_policy misalignment_policy_violation
            SensitiveContentDetected InputTextSensitiveContentDetected OutputTextSensitiveContentDetected
            InputTextRiskDetection OutputTextRiskDetection InputImageRiskDetection
            unsafe_request censorship_blocked 1300 1301 10013 10014""",
        # Of pictures in a response that fails: there no status says whose fault it is.
        Refused: """invalid_prompt invalid_image invalid_image_format invalid_base64_image invalid_image_url
            invalid_image_mode image_too_large image_too_small image_file_too_large image_parse_error
            empty_image_file unsupported_image_media_type failed_to_download_image image_file_not_found""",
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
    ("specified api usage limits", OutOfCredit),
    ("run out of credits", OutOfCredit),
    ("have any credits", OutOfCredit),
    ("balance is insufficient", OutOfCredit),
    ("incorrect api key", BadCredential),
    ("api key not valid", BadCredential),
    ("api key not found", BadCredential),
    ("api key expired", BadCredential),
    ("organization has been disabled", BadCredential),
    ("account has been suspended", BadCredential),
    ("account has been deactivated", BadCredential),
    ("requires moderation", Blocked),
    ("content filtering policy", Blocked),
    ("content management policy", Blocked),
    ("rejected as a result of our safety system", Blocked),
    ("content exists risk", Blocked),
    ("inappropriate content", Blocked),
    ("violates usage guidelines", Blocked),
    ("violate the usage guidelines", Blocked),
    ("considered high risk", Blocked),
    ("new_sensitive", Blocked),
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
    ("exceeded max context length", TooLong),
    ("input tokens exceeded", TooLong),
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
    ("supported api model names are", ModelMissing),
    ("model identifier is invalid", ModelMissing),
    ("access to the model", ModelMissing),
    ("plan not support model", ModelMissing),
    ("organization must be verified", ModelMissing),
    ("operation not allowed", ModelMissing),  # Bedrock's of models that an account may not use
    ("account is not authorized", ModelMissing),
    ("on-demand throughput isn", ModelMissing),
    ("does not support the '/", ModelMissing),
    ("model has crashed", Overloaded),
    ("model unloaded", Overloaded),
    ("invalid url", Garbled),
)

# Sentences by which a status that blames the request is wrong: MiMo and Z.AI say so with a 400, and proxies
# that have no other status (their users' reports of 2026-04 and 2026-06).
CAPACITY: tuple[tuple[str, Leaf], ...] = (
    ("rate limit", UpstreamRateLimited),
    ("too many requests", UpstreamRateLimited),
    ("high-frequency", UpstreamRateLimited),
    ("频繁", UpstreamRateLimited),
    ("overloaded", Overloaded),
    ("service busy", Overloaded),
    ("is busy", Overloaded),
    ("繁忙", Overloaded),
    ("try again later", Overloaded),
    ("retry later", Overloaded),
)

STATUSES: dict[int, Leaf] = {
    401: BadCredential,
    402: OutOfCredit,
    403: BadCredential,
    408: TimedOut,
    409: Overloaded,  # somebody else holds what it needs: SDKs ask again, too
    410: ModelMissing,
    423: Overloaded,
    424: Overloaded,
    425: Overloaded,
    429: UpstreamRateLimited,
    498: Overloaded,
    499: Overloaded,
    504: TimedOut,
    524: TimedOut,
}

OF_REQUESTS = frozenset({400, 413, 414, 415, 422, 431, 451})
"""Of the statuses from 400 on those that judge a request; others are about the way to a provider."""

CERTAIN = frozenset({401, 402})
"""With a reason beside it such a status is about the key; a 403 may be a firewall's or a region's."""

OF_PLACES = frozenset({"unsupported_country_region_territory"})
"""Codes that say where we are, not who."""

DAILY = frozenset({"3036", "4006", "1304", "1308", "1310"})
"""Codes of what is filled up again after hours, at midnight or later: ask seldom until then."""

UNCERTAIN = ("or fewer max_tokens",)
"""Words by which no key is judged: the account can pay for less than this one request might cost."""

# General types; they decide only where no status does, in the middle of a stream.
TYPES = _words(
    {
        Refused: "invalid_request_error invalid_value not_found_error request_too_large ValidationException",
        BadCredential: "permission_error AccessDeniedException",
        TimedOut: "timeout_error ModelTimeoutException",
    }
)
