"""Browsers may call from elsewhere, if the operator lists where."""

from oblivious.adapters.dialects.face import Headers

_ANY = "*"
_EXPOSED = (
    b"x-request-id, request-id, x-oblivious-exchange-id, x-oblivious-dropped, x-oblivious-estimated, "
    b"retry-after, "
    b"x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, "
    b"x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens"
)
_DAY = b"86400"


class Cors:
    """Answers for the origins in the setting; keys travel in headers, so credentials are never allowed."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self.enabled = bool(origins)
        self._any = _ANY in origins
        self._origins = {origin.encode() for origin in origins}

    def for_answer(self, headers: Headers) -> Headers:
        """Return what lets the browser hand our answer to the page."""
        origin = next((value for name, value in headers if name == b"origin"), None)
        if origin is None or not (self._any or origin in self._origins):
            return []
        return [
            (b"access-control-allow-origin", b"*" if self._any else origin),
            (b"vary", b"origin"),
            (b"access-control-expose-headers", _EXPOSED),
        ]

    def for_preflight(self, headers: dict[bytes, bytes]) -> Headers:
        """Return what lets the browser send the request it asks about."""
        allowed = self.for_answer(list(headers.items()))
        if not allowed:
            return []
        asked = headers.get(b"access-control-request-headers", b"*")
        return [
            *allowed,
            (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", _DAY),
        ]
