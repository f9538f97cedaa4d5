"""Step 5: what goes up. Same dialect on both sides: the client's bytes, with the listed edits."""

from functools import lru_cache
from urllib.parse import urlsplit

from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.headers import upward_query
from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.directory import Candidate, Key
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.spool import Spliced, Spooled


def convert(
    exchange: Exchange, candidate: Candidate, key: Key
) -> tuple[bytes, bytes | Spooled | Spliced, Edits]:
    """Return the request's head, its body, and the edits that the answer must undo."""
    edits = _edits(exchange, candidate)
    body = _body(exchange, edits)
    return _head(exchange, candidate, key, len(body)), body, edits


def _edits(exchange: Exchange, candidate: Candidate) -> Edits:
    envelope = exchange.envelope
    renamed = candidate.upstream_model if candidate.upstream_model != envelope.model else None
    ask = envelope.stream and exchange.endpoint.usage_option and candidate.provider.usage_option
    include_usage = ask and not envelope.wants_usage
    return Edits(renamed, include_usage) if renamed or include_usage else NO_EDITS


def _body(exchange: Exchange, edits: Edits) -> bytes | Spooled | Spliced:
    body = exchange.body
    if isinstance(body, Spooled):
        cuts = exchange.face.cuts(exchange.envelope, edits)
        return Spliced(body, cuts) if cuts else body
    out = exchange.face.outbound(exchange.envelope, edits)
    return out if isinstance(out, bytes) else bytes(out)


def _head(exchange: Exchange, candidate: Candidate, key: Key, length: int) -> bytes:
    provider = candidate.provider
    opening, fixed = _fixed(
        candidate.base_url, exchange.endpoint.path, provider.name, candidate.dialect, key.secret
    )
    query = upward_query(exchange.query)
    lines = [opening, b"?", query, fixed] if query else [opening, fixed]
    for name, value in exchange.face.request_headers(exchange.raw_headers, provider.headers):
        lines += (name, b": ", value, b"\r\n")
    lines.append(b"x-request-id: %b\r\ncontent-length: %d\r\n\r\n" % (exchange.attempt_id.encode(), length))
    return b"".join(lines)


@lru_cache(4096)
def _fixed(base_url: str, path: str, provider: str, dialect: str, secret: str) -> tuple[bytes, bytes]:
    """Return the request line up to the path, and what follows the query: the same for every request."""
    url = urlsplit(base_url)
    rest = f" HTTP/1.1\r\nhost: {url.netloc}\r\naccept-encoding: identity\r\n".encode()
    credential = PROVIDERS[provider].credential(dialect, secret)
    if credential is not None:
        rest += b"%b: %b\r\n" % credential
    return f"POST {url.path}/{path}".encode(), rest
