"""How what was written goes up: in the ways of the provider who carries the dialect, and signed."""

from datetime import UTC, datetime
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.ways import Way
from oblivious.adapters.providers.signing import signed as signatures
from oblivious.adapters.providers.transport import Transport, address, headed, rewritten
from oblivious.channels.directory import Candidate, Key
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.spool import Spliced, Spooled

Upload = bytes | Spooled | Spliced


class Written(NamedTuple):
    """A request in the candidate's dialect, before it is carried in the candidate's way."""

    path: str
    query: bytes
    headers: Headers
    body: Upload
    way: Way


def carried(exchange: Exchange, candidate: Candidate, transport: Transport, written: Written) -> Written:
    """Return the request as the provider's own ways want it."""
    path, query = address(
        transport,
        written.path,
        written.query,
        candidate.upstream_model,
        stream=exchange.envelope.stream,
        own_query=urlsplit(candidate.base_url).query.encode(),
    )
    headers, betas = headed(transport, written.headers)
    body = written.body
    if transport.rewrites and isinstance(body, bytes):
        body = rewritten(transport, written.path, body, betas)
    return Written(path, query, headers, body, written.way)


def signed(candidate: Candidate, key: Key, written: Written) -> Written:
    """Return the request with the headers that sign it, as it is."""
    query = f"?{written.query.decode('latin-1')}" if written.query else ""
    url = f"{candidate.base_url}/{written.path}{query}"
    body = cast("bytes", written.body)  # what is signed was taken whole
    headers = [*written.headers, *signatures(key.secret, url, body, datetime.now(UTC))]
    return written._replace(headers=headers)
