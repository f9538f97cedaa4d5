"""The head of a request that goes up, from its first line to the empty one."""

from functools import lru_cache
from urllib.parse import urlsplit

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.directory import Candidate, Key


def head_of(candidate: Candidate, key: Key, path: str, query: bytes) -> list[bytes]:
    """Return what the path, the query and the channel key alone decide; headers may follow."""
    heads = _fixed if key.lasting else _fixed.__wrapped__  # a token should live on nowhere
    opening, fixed = heads(candidate.base_url, path, candidate.provider.name, candidate.dialect, key.secret)
    return [opening, b"?", query, fixed] if query else [opening, fixed]


def finished(head: list[bytes], headers: Headers, attempt_id: str, length: int) -> bytes:
    """Return a head with these headers, for a body of so many bytes."""
    for name, value in headers:
        head += (name, b": ", value, b"\r\n")
    head.append(b"x-request-id: %b\r\ncontent-length: %d\r\n\r\n" % (attempt_id.encode(), length))
    return b"".join(head)


@lru_cache(4096)
def _fixed(base_url: str, path: str, provider: str, dialect: str, secret: str) -> tuple[bytes, bytes]:
    """Return the request line up to the path, and what follows the query: the same for every request."""
    url = urlsplit(base_url)
    rest = f" HTTP/1.1\r\nhost: {url.netloc}\r\naccept-encoding: identity\r\n".encode()
    credential = PROVIDERS[provider].credential(dialect, secret)
    if credential is not None:
        rest += b"%b: %b\r\n" % credential
    return f"POST {url.path}/{path}".encode(), rest
