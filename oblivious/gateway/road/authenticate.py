"""Step 2: find the key in whatever place the client's SDK puts it, and the caller behind it."""

from urllib.parse import parse_qsl

from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import UnknownKey
from oblivious.identity.callers import Callers

_HEADERS = (b"authorization", b"x-api-key", b"x-goog-api-key", b"api-key")
_OURS = "sk-"


async def authenticate(headers: dict[bytes, bytes], query: bytes, callers: Callers) -> Caller:
    """Return who presents the request.

    Raises:
        UnknownKey: no key was presented, or nobody knows it.
        DisabledKey: the key or its user was switched off.
    """
    key = presented_key(headers, query)
    caller = callers.lookup(key)
    if caller is None:
        caller = await callers.resolve(key)
    return caller


def presented_key(headers: dict[bytes, bytes], query: bytes) -> str:
    """Return the key a request carries; one that looks like ours wins over what else is there."""
    fallback = ""
    for name in _HEADERS:
        value = headers.get(name)
        if value is None:
            continue
        key = _bare(value)
        if key.startswith(_OURS):
            return key
        fallback = fallback or key
    if query:
        fallback = next(
            (value for name, value in parse_qsl(query.decode("latin-1")) if name == "key"), fallback
        )
    if not fallback:
        raise UnknownKey("no API key: send it as `Authorization: Bearer sk-...` or `x-api-key: sk-...`")
    return fallback


def _bare(value: bytes) -> str:
    text = value.decode("latin-1").strip()
    if text[:7].lower() == "bearer ":
        return text[7:].strip()
    return text
