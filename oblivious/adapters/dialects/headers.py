"""Which headers and query parameters travel. What no table names does not."""

import enum
from collections.abc import Mapping
from urllib.parse import unquote_plus

from oblivious.adapters.dialects.face import Headers


class Treatment(enum.Enum):
    """What happens to a header."""

    PASSED = "passed"
    WRITTEN = "written by us"
    DROPPED = "dropped"


PASSED, WRITTEN, DROPPED = Treatment.PASSED, Treatment.WRITTEN, Treatment.DROPPED

Table = Mapping[bytes, tuple[Treatment, str]]
"""Header to treatment and reason."""

UP: Table = {
    b"accept": (PASSED, "the client knows what it can read"),
    b"user-agent": (PASSED, "some providers serve coding plans to coding clients only; ours where none came"),
    b"content-type": (WRITTEN, "the body is JSON, whatever the client called it"),
    b"content-length": (WRITTEN, "the body may have changed"),
    b"host": (WRITTEN, "the provider's"),
    b"x-request-id": (WRITTEN, "the attempt's id; the client's own is echoed to the client only"),
    b"accept-encoding": (WRITTEN, "identity: what comes back is read on its way"),
    b"authorization": (DROPPED, "it is a key of ours; the channel's is written instead"),
    b"x-api-key": (DROPPED, "the same"),
    b"api-key": (DROPPED, "the same"),
    b"x-goog-api-key": (DROPPED, "the same"),
    b"proxy-authorization": (DROPPED, "for a proxy on the way"),
    b"cookie": (DROPPED, "for us, if for anyone"),
    b"content-encoding": (DROPPED, "undone on the way in"),
    b"idempotency-key": (DROPPED, "a key that two channels see would promise what nobody keeps"),
    b"x-client-request-id": (DROPPED, "would tell the provider whose request it is"),
    b"x-forwarded-for": (DROPPED, "the caller's address is nobody's business"),
    b"x-forwarded-proto": (DROPPED, "for us"),
    b"x-forwarded-host": (DROPPED, "for us"),
    b"x-real-ip": (DROPPED, "the caller's address"),
    b"forwarded": (DROPPED, "the caller's address"),
    b"via": (DROPPED, "for us"),
    b"origin": (DROPPED, "for our CORS rules"),
    b"referer": (DROPPED, "the caller's affair"),
    b"connection": (DROPPED, "hop by hop"),
    b"keep-alive": (DROPPED, "hop by hop"),
    b"te": (DROPPED, "hop by hop"),
    b"trailer": (DROPPED, "hop by hop"),
    b"transfer-encoding": (DROPPED, "hop by hop"),
    b"upgrade": (DROPPED, "hop by hop"),
    b"expect": (DROPPED, "hop by hop"),
    b"x-stainless-lang": (DROPPED, "an SDK's noise, as all x-stainless-*"),
}
"""Requests, in every dialect."""

DOWN: Table = {
    b"content-type": (PASSED, "says whether a stream or JSON follows"),
    b"content-length": (WRITTEN, "the body may have changed"),
    b"x-request-id": (WRITTEN, "ours; the provider's is an operator's affair"),
    b"request-id": (WRITTEN, "the same"),
    b"cache-control": (WRITTEN, "no-cache on streams"),
    b"date": (WRITTEN, "the server's"),
    b"server": (DROPPED, "the provider's machinery"),
    b"via": (DROPPED, "the provider's machinery"),
    b"alt-svc": (DROPPED, "would lead the client past us"),
    b"set-cookie": (DROPPED, "the provider's, for another host"),
    b"strict-transport-security": (DROPPED, "for another host"),
    b"retry-after": (DROPPED, "errors are said in our own words"),
    b"x-should-retry": (DROPPED, "the same"),
    b"content-encoding": (DROPPED, "undone by the upstream client"),
    b"connection": (DROPPED, "hop by hop"),
    b"keep-alive": (DROPPED, "hop by hop"),
    b"transfer-encoding": (DROPPED, "hop by hop"),
    b"trailer": (DROPPED, "hop by hop"),
    b"upgrade": (DROPPED, "hop by hop"),
    b"access-control-allow-origin": (DROPPED, "our CORS rules hold here"),
    b"access-control-expose-headers": (DROPPED, "the same"),
    b"cf-ray": (DROPPED, "the provider's machinery"),
    b"cf-cache-status": (DROPPED, "the provider's machinery"),
}
"""Answers, in every dialect."""

CREDENTIAL_PARAMETERS = frozenset({"key", "api_key", "api-key", "apikey", "access_token", "token"})
"""Query parameters that never go up."""

USER_AGENT = (b"user-agent", b"oblivious")
_JSON = (b"content-type", b"application/json")


def passing(table: Table) -> frozenset[bytes]:
    """Return the names that a table lets pass."""
    return frozenset(name for name, (treatment, _) in table.items() if treatment is PASSED)


def upward(headers: Headers, names: frozenset[bytes], defaults: Headers) -> Headers:
    """Return the headers that go up; `defaults` stand in for those that the client did not send."""
    passed = [header for header in headers if header[0] in names]
    sent = {name for name, _ in passed}
    passed.append(_JSON)
    passed += [header for header in defaults if header[0] not in sent]
    return passed


def upward_query(query: bytes) -> bytes:
    """Return a query string without credentials; everything else keeps its bytes and its order."""
    if not query:
        return query
    kept = [piece for piece in query.split(b"&") if not _is_credential(piece)]
    return b"&".join(kept)


def _is_credential(piece: bytes) -> bool:
    name = piece.partition(b"=")[0].decode("latin-1")
    return unquote_plus(name).lower() in CREDENTIAL_PARAMETERS
