"""Names of headers: which ones an operator may set, let up or look at."""

import re

from oblivious.adapters.dialects.headers import DROPPED, UP

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")

_SECRET = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "api-key",
        "x-goog-api-key",
        "cookie",
        "set-cookie",
        "x-amz-security-token",
        "sec-websocket-protocol",
    }
)
"""What presents somebody to somebody."""

_OURS = frozenset(
    {
        "host",
        "content-length",
        "content-type",
        "content-encoding",
        "accept-encoding",
        "x-request-id",
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",
        "x-amz-date",
        "x-amz-content-sha256",
    }
)
"""What is written here, for this connection and this body."""

_OUR_OWN = "x-oblivious-"
_OF_SDKS = "x-stainless-"
_SOUNDS_SECRET = re.compile(r"auth|cookie|credential|key|passw|secret|session|token")


def is_token(name: str) -> bool:
    """Whether a text can be the name of a header."""
    return _TOKEN.fullmatch(name) is not None


def check_visible(name: str) -> None:
    """See that a header of the client's may be looked at.

    Raises:
        ValueError: says why not.
    """
    if not is_token(name):
        raise ValueError(f"has {name!r}, which is no name of a header")
    if name.lower() in _SECRET:
        raise ValueError(f"looks at the header {name!r}, which never goes up")


def settable(name: str) -> bool:
    """Whether an operator may say what a header holds, or let the client's up by its name."""
    lower = name.lower()
    return not (lower in _SECRET or lower in _OURS or lower.startswith(_OUR_OWN))


def passable(name: bytes) -> bool:
    """Whether a header of the client's may go up where nobody has named it in full."""
    told = name.decode("latin-1")
    if not settable(told) or told.startswith(_OF_SDKS) or _SOUNDS_SECRET.search(told):
        return False
    treated = UP.get(name)
    return treated is None or treated[0] is not DROPPED
