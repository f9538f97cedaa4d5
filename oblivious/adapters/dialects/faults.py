"""From what a provider answered to a leaf of our error tree: three tables, most telling first."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.masking import masked
from oblivious.adapters.lenient import decoded, is_object
from oblivious.contracts.errors import (
    BadCredential,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    UpstreamError,
    UpstreamRateLimited,
)

_Leaf = type[UpstreamError]


def _words(table: Mapping[_Leaf, str]) -> dict[str, _Leaf]:
    return {word: leaf for leaf, words in table.items() for word in words.split()}


# A code or type that means the same whatever the status says.
_WORDS = _words(
    {
        OutOfCredit: """insufficient_quota insufficient_balance credit_balance_exhausted billing_error
            exceeded_current_quota_error enforced_spend_limit_reached spend_limit_reached usage_limit_reached
            billing_hard_limit_reached billing_not_active Arrearage AccountOverdueError""",
        # A region is the operator's affair: another provider may well serve from here.
        BadCredential: """invalid_api_key authentication_error invalid_authentication_error invalid_iam_token
            AuthenticationError account_deactivated unsupported_country_region_territory""",
        ModelMissing: "model_not_found invalid_model model_not_available DeploymentNotFound unknown_model",
        UpstreamRateLimited: """rate_limit_exceeded rate_limit_error rate_limit_reached_error limit_requests
            ModelAccountTpmRateLimitExceeded""",
        Overloaded: """overloaded_error server_is_overloaded slow_down engine_overloaded_error
            server_overloaded ServerOverloaded""",
        Refused: """content_policy_violation content_filter data_inspection_failed context_length_exceeded
            moderation_blocked invalid_prompt""",
    }
)

# What only a sentence tells.
_PHRASES: tuple[tuple[str, _Leaf], ...] = (
    ("credit balance is too low", OutOfCredit),
    ("insufficient balance", OutOfCredit),
    ("exceeded your current quota", OutOfCredit),
    ("requires moderation", Refused),
    ("is not a valid model id", ModelMissing),
    ("invalid model id", ModelMissing),
    ("invalid url", Garbled),
)

_STATUSES: dict[int, _Leaf] = {
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

# General types; they decide only where no status does, in the middle of a stream.
_TYPES = _words(
    {
        Refused: "invalid_request_error invalid_value not_found_error request_too_large",
        BadCredential: "permission_error",
        TimedOut: "timeout_error",
    }
)

_SERVER_FAILED = 500
_CALLER_FAILED = 400
_NOT_FOUND = 404
_NO_STATUS = 600
_LONGEST_WAIT_MS = 24 * 60 * 60 * 1000


class Words(NamedTuple):
    """What an error body says, empty where it says nothing.

    Attributes:
        status: an HTTP status that stands in the body, 0 if none does.
    """

    code: str = ""
    kind: str = ""
    message: str = ""
    status: int = 0


def read_error(status: int, headers: Headers, body: bytes) -> UpstreamError:
    """Judge an answer whose status is no success; never raises."""
    value = decoded(body)
    words = words_of(value)
    if words is None:
        return _wordless(status, retry_after_ms(headers))
    return judged(words, status=status, body=body, retry_after=retry_after_ms(headers))


def judged(
    words: Words, *, status: int | None = None, body: bytes | None = None, retry_after: int | None = None
) -> UpstreamError:
    """Return the leaf that fits; `status` is None in the middle of a stream."""
    if status is None and words.status:
        status = words.status
    leaf = _leaf(words, status)
    message = masked(words.message) or "the provider gave no reason"
    return leaf(
        message, upstream_status=status, body=body if leaf is Refused else None, retry_after_ms=retry_after
    )


def words_of(value: Any) -> Words | None:
    """Find the words in an error body of any known shape; None if there are none.

    Besides `{"error": {...}}`: an error that is a string, members at the top, FastAPI's `detail`.
    """
    if not is_object(value):
        return None
    error = value.get("error")
    if is_object(error):
        return _spoken(error)
    if isinstance(error, str) and error:
        return Words(code=_text(value.get("code")), message=error)
    if value.get("detail"):
        detail = value["detail"]
        return Words(message=detail if isinstance(detail, str) else str(detail))
    return _spoken(value) if isinstance(value.get("message"), str) else None


def retry_after_ms(headers: Headers) -> int | None:
    """Read how long to leave a provider alone: milliseconds, seconds, or a date against its own clock."""
    told = {name.lower(): value for name, value in headers}
    exact = _positive(told.get(b"retry-after-ms"), 1)
    if exact is not None:
        return exact
    wish = told.get(b"retry-after")
    seconds = _positive(wish, 1000)
    if seconds is not None or wish is None:
        return seconds
    until, now = _date(wish), _date(told.get(b"date", b""))
    if until is None or now is None:
        return None
    return min(max(0, int((until - now).total_seconds() * 1000)), _LONGEST_WAIT_MS) or None


def _leaf(words: Words, status: int | None) -> _Leaf:
    known = _WORDS.get(words.code) or _WORDS.get(words.kind)
    if known is not None:
        return known
    sentence = words.message.lower()
    for phrase, leaf in _PHRASES:
        if phrase in sentence:
            return leaf
    if status is None or status < _CALLER_FAILED:
        return _TYPES.get(words.kind, Overloaded)
    if status == _NOT_FOUND:
        return _not_found(words, sentence)
    return _STATUSES.get(status) or (Overloaded if status >= _SERVER_FAILED else Refused)


def _not_found(words: Words, sentence: str) -> _Leaf:
    """Tell a missing model from a missing thing of the caller's, and from a path that is not there."""
    if "model" in sentence:
        return ModelMissing
    return Refused if words.kind or words.code else Garbled


def _wordless(status: int, retry_after: int | None) -> UpstreamError:
    leaf = _STATUSES.get(status) or (Overloaded if status >= _SERVER_FAILED else Garbled)
    return leaf(
        f"the provider answered {status} without a reason", upstream_status=status, retry_after_ms=retry_after
    )


def _spoken(error: Mapping[str, Any]) -> Words:
    code = error.get("code")
    details = error.get("details")
    if code is None and is_object(details):
        code = details.get("error_code")
    is_status = isinstance(code, int) and not isinstance(code, bool) and _CALLER_FAILED <= code < _NO_STATUS
    return Words(
        code=_text(code),
        kind=_text(error.get("type")),
        message=_text(error.get("message")),
        status=code if is_status and isinstance(code, int) else 0,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _positive(value: bytes | None, factor: int) -> int | None:
    try:
        number = float(value or b"") * factor
    except ValueError:
        return None
    return min(int(number), _LONGEST_WAIT_MS) if 0 < number < float("inf") else None


def _date(value: bytes) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
