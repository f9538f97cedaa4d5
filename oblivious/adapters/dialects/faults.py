"""From what a provider answered to a leaf of our error tree: by tables, most telling first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.fault_tables import (
    CAPACITY,
    CERTAIN,
    DAILY,
    OF_PLACES,
    OF_REQUESTS,
    OUTWEIGHS,
    PHRASES,
    STATUSES,
    TYPES,
    UNCERTAIN,
    WORDS,
    Leaf,
)
from oblivious.adapters.dialects.masking import masked
from oblivious.adapters.dialects.waits import DAILY_WAIT_MS, LONGEST_WAIT_MS, said_wait_ms
from oblivious.adapters.lenient import decoded, is_list, is_object, part, parts
from oblivious.contracts.errors import (
    BadCredential,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    UpstreamError,
    UpstreamRateLimited,
)

_AMAZON_TYPE = b"x-amzn-errortype"
_SERVER_FAILED = 500
_CALLER_FAILED = 400
_NOT_FOUND = 404
_NO_STATUS = 600
_NOTHING: Mapping[str, Any] = MappingProxyType({})


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
    words = words_of(value) or _capital_words(value)
    if words is None:
        return _wordless(status, retry_after_ms(headers))
    words = words._replace(code=words.code or _named_in(headers))
    return judged(words, status=status, body=body, retry_after=retry_after_ms(headers))


def judged(
    words: Words, *, status: int | None = None, body: bytes | None = None, retry_after: int | None = None
) -> UpstreamError:
    """Return the leaf that fits; `status` is None in the middle of a stream."""
    if status is None and words.status:
        status = words.status
    known = _known_by_words(words)
    leaf = known or _by_status(words, status)
    message = masked(words.message) or "the provider gave no reason"
    return leaf(
        message,
        upstream_status=status,
        body=body if issubclass(leaf, Refused) else None,
        retry_after_ms=_wait_ms(leaf, words) if retry_after is None else retry_after,
        word=words.code or words.kind,
        certain=is_certain(leaf, status, known=known is not None and words.code not in OF_PLACES)
        and not any(phrase in words.message for phrase in UNCERTAIN),
    )


def _wait_ms(leaf: Leaf, words: Words) -> int | None:
    """Return how long to leave a provider alone, where no header says it."""
    if words.code in DAILY:
        return DAILY_WAIT_MS
    return said_wait_ms(words.message.lower()) if leaf is UpstreamRateLimited else None


def is_certain(leaf: Leaf, status: int | None, *, known: bool) -> bool:
    """Say whether words or status leave no doubt that a key or its account is at fault."""
    return issubclass(leaf, (BadCredential, OutOfCredit)) and (known or status in CERTAIN)


def words_of(value: Any) -> Words | None:
    """Find the words in an error body of any known shape; None if there are none.

    Besides `{"error": {...}}`: an error that is a string, members at the top, FastAPI's `detail`, Mistral's
    below its message, Cloudflare's list of errors. Google's front door writes an answer of one in a list.
    """
    value = next(iter(parts(value)), None) if is_list(value) else value
    if not is_object(value):
        return None
    error = value.get("error")
    if is_object(error):
        return _spoken(error, value)
    if isinstance(error, str) and error:
        return Words(code=_text(value.get("code")), message=error)
    detail = value.get("detail") or part(value.get("message")).get("detail")
    if detail:
        return Words(message=detail if isinstance(detail, str) else str(detail))
    if isinstance(value.get("message"), str):
        return _spoken(value)
    return next((_listed(each) for each in parts(value.get("errors")) if each.get("message")), None)


def _capital_words(value: Any) -> Words | None:
    """Return the words of Amazon's front door, which writes them with a capital (seen 2026-11)."""
    said = value.get("Message") if is_object(value) else None
    return Words(message=said) if isinstance(said, str) else None


def _named_in(headers: Headers) -> str:
    """Return the type of an error of Amazon's, which stands in a header, with an address behind it."""
    named = next((value for name, value in headers if name.lower() == _AMAZON_TYPE), b"")
    return named.partition(b":")[0].decode("latin-1")


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
    return min(max(0, int((until - now).total_seconds() * 1000)), LONGEST_WAIT_MS) or None


def _known_by_words(words: Words) -> Leaf | None:
    sentence = words.message.lower()
    return _said(OUTWEIGHS, sentence) or _known(words.code) or _known(words.kind) or _said(PHRASES, sentence)


def _by_status(words: Words, status: int | None) -> Leaf:
    if status is None or status < _CALLER_FAILED:
        return TYPES.get(words.kind, Overloaded)
    if status == _NOT_FOUND:
        return _not_found(words, words.message.lower())
    return STATUSES.get(status) or (blamed(words.message) if status in OF_REQUESTS else _unknown(status))


def blamed(message: str) -> Leaf:
    """Say whether the request is to blame, or a provider that has only chosen the wrong status."""
    return _said(CAPACITY, message.lower()) or Refused


def _unknown(status: int) -> Leaf:
    return Overloaded if status >= _SERVER_FAILED else Garbled


def _said(phrases: Iterable[tuple[str, Leaf]], sentence: str) -> Leaf | None:
    return next((leaf for phrase, leaf in phrases if phrase in sentence), None)


def _known(word: str) -> Leaf | None:
    """Return what a code or type means; some vendors say behind a dot more exactly what it is."""
    return WORDS.get(word) or WORDS.get(word.partition(".")[0])


def _not_found(words: Words, sentence: str) -> Leaf:
    """Tell a missing model from a missing thing of the caller's, and from a path that is not there."""
    if "model" in sentence:
        return ModelMissing
    return Refused if words.kind or words.code else Garbled


def _wordless(status: int, retry_after: int | None) -> UpstreamError:
    leaf = STATUSES.get(status) or _unknown(status)
    return leaf(
        f"the provider answered {status} without a reason", upstream_status=status, retry_after_ms=retry_after
    )


def _spoken(error: Mapping[str, Any], around: Mapping[str, Any] = _NOTHING) -> Words:
    """Return what an error says; in streams Groq has a status in it, and Cerebras around it."""
    code = error.get("code")
    details = error.get("details")
    if code is None and is_object(details):
        code = details.get("error_code")
    return Words(
        code=_number(code) if isinstance(code, int) else _text(code),
        kind=_text(error.get("type")),
        message=_text(error.get("message")),
        status=_status_in(code, error.get("status_code"), around.get("status_code")),
    )


def _listed(error: Mapping[str, Any]) -> Words:
    """Return what one of Cloudflare's errors says; their codes are numbers, and no statuses."""
    return _spoken(error)._replace(status=0)


def _number(code: int) -> str:
    """Return a code that is a number as the tables have it; one that is a status says nothing more."""
    return "" if code < _NO_STATUS else str(code)


def _status_in(*told: object) -> int:
    return next((each for each in told if type(each) is int and _CALLER_FAILED <= each < _NO_STATUS), 0)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _positive(value: bytes | None, factor: int) -> int | None:
    try:
        number = float(value or b"") * factor
    except ValueError:
        return None
    return min(int(number), LONGEST_WAIT_MS) if 0 < number < float("inf") else None


def _date(value: bytes) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
