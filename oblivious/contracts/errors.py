"""What can go wrong on the road.

RelayError                  every expected failure; anything else is our bug and a 500
├── CallerError             the request or its key: never retried
│   ├── InvalidRequest      names the field
│   │   └── ThreadUnsupported   the provider keeps no conversations
│   ├── BodyTooLarge
│   ├── UnknownKey  DisabledKey  AdminKey
│   ├── Forbidden
│   ├── UnknownModel  UnknownPath  MethodNotAllowed  UpgradeUnsupported
│   ├── WrongDialect        only a channel of another dialect serves the model
│   ├── UnpricedModel       says which price to set
│   └── ForeignBinding      names an id that no account of ours owns any more
│       └── ThreadLost      the id of a kept conversation
├── MeterExhausted          names the meter, says when there is room
│   ├── RateLimited
│   ├── NeverFits       more than a limit allows at all
│   └── OutOfMoney
├── Unavailable             nothing wrong with the request: capacity, try again
│   ├── NoChannel
│   ├── StateLost           the meters can't be read, or are being rebuilt
│   └── JournalFull
└── UpstreamError           says which attempt, and whether another channel may help
    ├── Unreachable  TimedOut  BrokeOff  Garbled
    ├── Overloaded  UpstreamRateLimited
    ├── BadCredential  OutOfCredit
    ├── ModelMissing        the upstream does not know the mapped model
    └── Refused             the upstream judged the request itself: its words go to the caller
        ├── TooLong         the conversation does not fit into the model's context
        └── Blocked         a policy on content forbids it
"""

from typing import ClassVar


class RelayError(Exception):
    """A failure that the caller is told about in its own dialect.

    Attributes:
        status: the HTTP status in the OpenAI dialect; other dialects map it by `code`.
        code: a stable word for programs.
        retryable: whether the same request may succeed if it is sent again unchanged.
        param: the field of the request that is wrong, where one is.
        retry_after_ms: when there may be room again, in milliseconds; None if nobody knows.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, param: str | None = None, retry_after_ms: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.retry_after_ms = retry_after_ms


class CallerError(RelayError):
    """The request or its key is at fault; sending it again cannot help."""

    status = 400
    code = "invalid_request"


class InvalidRequest(CallerError):
    """The body, a header or the path is not what the dialect asks for."""


class ThreadUnsupported(InvalidRequest):
    """The conversation is to be kept between requests, by a provider that keeps none."""

    code = "thread_unsupported_request"


class BodyTooLarge(CallerError):
    """The request body is above the configured limit."""

    status = 413
    code = "request_too_large"


class UnknownKey(CallerError):
    """No API key was presented, or nobody knows it."""

    status = 401
    code = "invalid_api_key"


class DisabledKey(CallerError):
    """The API key, or the user it belongs to, was switched off."""

    status = 401
    code = "disabled_api_key"


class AdminKey(CallerError):
    """The key is one for the admin API, which never works on the relay."""

    status = 401
    code = "admin_api_key"


class Forbidden(CallerError):
    """The caller is known, but its group may not do this."""

    status = 403
    code = "permission_denied"


class UnknownModel(CallerError):
    """No channel of the caller's group has ever offered the model."""

    status = 404
    code = "model_not_found"


class UnknownPath(CallerError):
    """There is no such endpoint."""

    status = 404
    code = "unknown_url"


class MethodNotAllowed(CallerError):
    """The endpoint exists, but not for this method."""

    status = 405
    code = "method_not_allowed"


class UpgradeUnsupported(CallerError):
    """A WebSocket was asked for where there is none."""

    status = 426
    code = "upgrade_unsupported"


class WrongDialect(CallerError):
    """The model is served, but only through another dialect than the caller speaks."""

    code = "dialect_not_served"


class UnpricedModel(CallerError):
    """The model has no price, and nothing here is given away by accident."""

    code = "model_unpriced"


class ForeignBinding(CallerError):
    """The request names an id (a response, encrypted reasoning) that no live upstream account owns."""

    code = "unknown_binding"


class ThreadLost(ForeignBinding):
    """No live upstream account keeps the conversation that the request goes on with."""

    status = 404
    code = "thread_not_found"


class MeterExhausted(RelayError):
    """A meter refused; `meter` is its name as the operator and the caller know it."""

    status = 429
    code = "meter_exhausted"

    def __init__(self, message: str, *, meter: str, retry_after_ms: int | None = None) -> None:
        super().__init__(message, retry_after_ms=retry_after_ms)
        self.meter = meter


class RateLimited(MeterExhausted):
    """Too fast, or too many at once: there will be room again."""

    code = "rate_limit_exceeded"
    retryable = True


class NeverFits(MeterExhausted):
    """The request alone needs more than the limit: no waiting helps."""

    code = "request_exceeds_limit"


class OutOfMoney(MeterExhausted):
    """The account cannot pay for this request."""

    code = "insufficient_quota"


class Unavailable(RelayError):
    """The gateway cannot serve the request now; the same request may succeed later."""

    status = 503
    code = "unavailable"
    retryable = True


class NoChannel(Unavailable):
    """Channels for the model exist, but none is left that may be tried."""

    code = "no_channel"


class StateLost(Unavailable):
    """The state store is out of reach, or its data is being rebuilt."""

    code = "state_unavailable"


class JournalFull(Unavailable):
    """There is no room on disk to remember what this exchange costs."""

    code = "journal_full"


class UpstreamError(RelayError):
    """An attempt failed at its provider.

    Attributes:
        elsewhere: whether another channel or key may serve the same request.
        upstream_status: the provider's HTTP status, None when none came.
        body: the provider's error body where it may be shown to the caller, else None.
        word: the provider's own code or type for it, empty where it gave none; for operators' rules.
        certain: the provider said plainly that the key or its account is at fault, and no page, proxy or bare
            status did.
    """

    status = 502
    code = "upstream_error"
    retryable = True
    elsewhere: ClassVar[bool] = True

    def __init__(
        self,
        message: str,
        *,
        upstream_status: int | None = None,
        body: bytes | None = None,
        retry_after_ms: int | None = None,
        word: str = "",
        certain: bool = False,
    ) -> None:
        super().__init__(message, retry_after_ms=retry_after_ms)
        self.upstream_status = upstream_status
        self.body = body
        self.word = word
        self.certain = certain


class Unreachable(UpstreamError):
    """No connection: refused, no route, no name, a bad certificate."""

    code = "upstream_unreachable"


class TimedOut(UpstreamError):
    """The provider did not answer, or stopped answering, within its deadline."""

    status = 504
    code = "upstream_timeout"


class BrokeOff(UpstreamError):
    """The connection closed before the answer was complete."""

    code = "upstream_broke_off"


class Garbled(UpstreamError):
    """What came back is not the provider's dialect."""

    code = "upstream_garbled"


class Overloaded(UpstreamError):
    """The provider failed on its own side or has no capacity."""

    status = 503
    code = "upstream_overloaded"


class UpstreamRateLimited(UpstreamError):
    """The provider throttles this channel key."""

    status = 429
    code = "upstream_rate_limited"


class BadCredential(UpstreamError):
    """The provider refuses this channel key: an operator's affair, not the caller's."""

    code = "upstream_credential"


class OutOfCredit(UpstreamError):
    """The provider account behind this channel key cannot pay."""

    code = "upstream_credit"


class ModelMissing(UpstreamError):
    """The provider does not know the model this channel maps to."""

    code = "upstream_model_missing"


class Refused(UpstreamError):
    """The provider judged the request itself (400, 413, 422, content): no other channel is asked.

    The status is the provider's own, and its body goes back to the caller.
    """

    retryable = False
    elsewhere = False
    code = "upstream_refused"


class TooLong(Refused):
    """The conversation does not fit into the model's context: agents shorten it and ask again."""

    code = "context_length_exceeded"


class Blocked(Refused):
    """The provider's policy on content forbids the request or the answer."""

    code = "content_policy_violation"
