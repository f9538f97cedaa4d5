"""From what Google answered to a leaf of our error tree.

Statuses and reasons are those of google.rpc.Code and google.api.ErrorReason; the sentences were seen in the
error guide of the Gemini API and in its answers (2026-11).
"""

import re
from typing import Any

import msgspec

from oblivious.adapters.dialects import faults
from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.masking import masked
from oblivious.adapters.dialects.waits import DAILY_WAIT_MS, LONGEST_WAIT_MS
from oblivious.adapters.lenient import BROKEN, Json, decoded, is_list, is_object, parts
from oblivious.contracts.errors import (
    BadCredential,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    UpstreamError,
    UpstreamRateLimited,
)

_Leaf = type[UpstreamError]

_OF_THE_KEY = """API_KEY_INVALID API_KEY_EXPIRED API_KEY_SERVICE_BLOCKED API_KEY_HTTP_REFERRER_BLOCKED
    API_KEY_IP_ADDRESS_BLOCKED API_KEY_ANDROID_APP_BLOCKED API_KEY_IOS_APP_BLOCKED SERVICE_DISABLED
    CONSUMER_INVALID CONSUMER_SUSPENDED USER_PROJECT_DENIED ACCESS_TOKEN_EXPIRED CREDENTIALS_MISSING
    ACCESS_TOKEN_SCOPE_INSUFFICIENT ACCESS_TOKEN_TYPE_UNSUPPORTED ACCOUNT_STATE_INVALID"""

# What details say beside a status means the same whatever the status is.
_REASONS: dict[str, _Leaf] = {
    "BILLING_DISABLED": OutOfCredit,
    "RATE_LIMIT_EXCEEDED": UpstreamRateLimited,
    "RESOURCE_QUOTA_EXCEEDED": UpstreamRateLimited,
    **dict.fromkeys(_OF_THE_KEY.split(), BadCredential),
}

# What only a sentence tells. A bad key is an invalid argument here, and so is a region, which is the
# operator's affair; a file of somebody else's is a denied permission, and no fault of the key.
_PHRASES: tuple[tuple[str, _Leaf], ...] = (
    ("api key not valid", BadCredential),
    ("api key expired", BadCredential),
    ("api key not found", BadCredential),
    ("user location is not supported", BadCredential),
    ("not available in your country", BadCredential),
    ("prepayment credits", OutOfCredit),
    ("credits are depleted", OutOfCredit),
    ("spending cap", OutOfCredit),
    ("exceeds the maximum number of tokens allowed", TooLong),
    ("permission to access the file", Refused),
    ("cachedcontent not found", Refused),
)

_OF_PLACES = frozenset({"user location is not supported", "not available in your country"})

_STATUSES: dict[str, _Leaf] = {
    "UNAUTHENTICATED": BadCredential,
    "PERMISSION_DENIED": BadCredential,
    "RESOURCE_EXHAUSTED": UpstreamRateLimited,
    "DEADLINE_EXCEEDED": TimedOut,
    "UNAVAILABLE": Overloaded,
    "INTERNAL": Overloaded,
    "UNKNOWN": Overloaded,
    "ABORTED": Overloaded,
    "CANCELLED": Overloaded,
    "DATA_LOSS": Overloaded,
    "UNIMPLEMENTED": Refused,
    "INVALID_ARGUMENT": Refused,
    "FAILED_PRECONDITION": Refused,
    "OUT_OF_RANGE": Refused,
    "ALREADY_EXISTS": Refused,
}

_NOT_FOUND = "NOT_FOUND"
_NO_MONEY = 402
_FIRST_ERROR, _NO_STATUS = 400, 600
_DELAY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_DAILY = "PerDay"
"""A quota of a day is filled at midnight in California, whatever the delay says: ask seldom until then."""

_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read_error(status: int, headers: Headers, body: bytes) -> UpstreamError:
    """Judge an answer whose status is no success; never raises."""
    told = unwrapped(body)
    error = error_in(decoded(told))
    if error is None or not _is_googles(error):
        return faults.read_error(status, headers, told)
    return judged(error, status=status, body=told, retry_after=faults.retry_after_ms(headers))


def fault_in(answer: Any, body: bytes) -> UpstreamError | None:
    """Return the error that an answer or a chunk carries although its status was a success."""
    error = error_in(answer)
    if error is None:
        return None
    if _is_googles(error):
        return judged(error, body=unwrapped(body))
    return faults.judged(faults.words_of({"error": error}) or faults.Words(), body=body)


def error_in(answer: Any) -> Json | None:
    """Return the error object of an answer, which may stand in a list; None if there is none."""
    if is_list(answer):
        return next(filter(None, map(error_in, parts(answer))), None)
    error = answer.get("error") if is_object(answer) else None
    if not error:
        return None
    return error if is_object(error) else {"message": str(error)}


def judged(
    error: Json, *, status: int | None = None, body: bytes | None = None, retry_after: int | None = None
) -> UpstreamError:
    """Return the leaf that fits an error object of Google's; `status` is None in the middle of a stream."""
    code = error.get("code")
    if status is None and isinstance(code, int) and _FIRST_ERROR <= code < _NO_STATUS:
        status = code
    message = error.get("message")
    sentence = message if isinstance(message, str) else ""
    leaf = _leaf(error, sentence.lower(), status)
    wait = _wait_ms(error) or retry_after
    if leaf is None:
        words = faults.Words(kind=str(error.get("status")), message=sentence)
        return faults.judged(words, status=status, body=body, retry_after=wait)
    return leaf(
        masked(sentence) or "the provider gave no reason",
        upstream_status=status,
        body=body if issubclass(leaf, Refused) else None,
        retry_after_ms=wait,
        word=next(iter(_reasons(error)), str(error.get("status"))),
        certain=faults.is_certain(leaf, status, known=_is_of_the_key(error, sentence.lower())),
    )


def unwrapped(body: bytes) -> bytes:
    """Return an error's own object where it stands in a list of one, as Google sometimes writes it."""
    if body.lstrip()[:1] != b"[":
        return body
    try:
        items = _list(body)
    except BROKEN:
        return body
    return bytes(items[0]) if items else body


def _is_googles(error: Json) -> bool:
    return isinstance(error.get("status"), str) or bool(_reasons(error))


def _leaf(error: Json, sentence: str, status: int | None) -> _Leaf | None:
    for reason in _reasons(error):
        if reason in _REASONS:
            return _REASONS[reason]
    for phrase, leaf in _PHRASES:
        if phrase in sentence:
            return leaf
    word = error.get("status")
    if status == _NO_MONEY:
        return OutOfCredit
    if word == _NOT_FOUND:
        return ModelMissing if "model" in sentence else Refused
    known = _STATUSES.get(word) if isinstance(word, str) else None
    return faults.blamed(sentence) if known is Refused else known


def _is_of_the_key(error: Json, sentence: str) -> bool:
    """Say whether a reason or a sentence names the key or its money, and no place."""
    named = any(reason in _REASONS for reason in _reasons(error))
    return named or any(phrase in sentence for phrase, _ in _PHRASES if phrase not in _OF_PLACES)


def _reasons(error: Json) -> list[str]:
    found = [detail.get("reason") for detail in parts(error.get("details"))]
    return [reason for reason in found if isinstance(reason, str)]


def _wait_ms(error: Json) -> int | None:
    """Return how long the details say to leave the key alone."""
    waits = [_delay_ms(detail.get("retryDelay")) for detail in parts(error.get("details"))]
    if any(_is_daily(detail) for detail in parts(error.get("details"))):
        waits.append(DAILY_WAIT_MS)
    return max(waits, default=0) or None


def _delay_ms(delay: Any) -> int:
    found = _DELAY.fullmatch(delay) if isinstance(delay, str) else None
    return min(int(float(found[1]) * 1000), LONGEST_WAIT_MS) if found else 0


def _is_daily(detail: Json) -> bool:
    return any(_DAILY in str(violation.get("quotaId")) for violation in parts(detail.get("violations")))
