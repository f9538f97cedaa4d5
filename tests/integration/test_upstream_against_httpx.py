"""Our client and httpx read the same bytes: the same response comes out, or both refuse.

Where we differ on purpose, `DIFFERENCES` says why.
"""

import gzip
import zlib

import brotli
import httpx
import pytest
import zstandard

from oblivious.infra.upstream import Client, Deadlines, Origin, UpstreamFault
from tests.fakes.raw_upstream import always, raw_upstream

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
TEXT = b"hello world " * 2000
PACKED = gzip.compress(TEXT)
BROTLI = brotli.compress(TEXT)  # type: ignore[attr-defined] # only what the product uses is typed


def sized(body: bytes, *fields: bytes) -> bytes:
    lines = b"".join(field + b"\r\n" for field in fields)
    return OK + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


CORPUS = {
    "sized": sized(b"hello", b"Content-Type: text/plain", b"X-Two: 1", b"x-two: 2"),
    "empty": sized(b""),
    "large": sized(bytes(range(256)) * 4000),
    "no reason phrase": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "odd reason phrase": b"HTTP/1.1 200 Fine, th\xe4nks\r\nContent-Length: 2\r\n\r\nok",
    "error status": b"HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nslow",
    "unknown status": b"HTTP/1.1 799 Odd\r\nContent-Length: 4\r\n\r\nodd!",
    "empty field": sized(b"ok", b"X-Empty:", b"X-Spaces:    a  b   "),
    "latin field": sized(b"ok", b"X-Latin: caf\xe9"),
    "chunked": CHUNKED + b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
    "chunked in capitals": OK + b"TRANSFER-ENCODING: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
    "chunk extensions": CHUNKED + b'5;a=1;b="x"\r\nhello\r\n0;end\r\n\r\n',
    "trailers": CHUNKED + b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    "leading zeros": CHUNKED + b"0005\r\nhello\r\n000\r\n\r\n",
    "until close": OK + b"\r\nhello",
    "until close, empty": OK + b"\r\n",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0 until close": b"HTTP/1.0 200 OK\r\n\r\nok",
    "connection close": sized(b"ok", b"Connection: close"),
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" + sized(b"ok"),
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + sized(b"ok"),
    "204": b"HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n",
    "304": b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    "304 with a length": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "upgrade offered": sized(b"ok", b"Upgrade: h2c", b"Connection: Upgrade"),
    "gzip": sized(PACKED, b"Content-Encoding: gzip"),
    "gzip in capitals": sized(PACKED, b"Content-Encoding: GZIP"),
    "deflate": sized(zlib.compress(TEXT), b"Content-Encoding: deflate"),
    "bare deflate": sized(zlib.compress(TEXT, wbits=-15), b"Content-Encoding: deflate"),
    "br": sized(BROTLI, b"Content-Encoding: br"),
    "zstd": sized(zstandard.compress(TEXT), b"Content-Encoding: zstd"),
    "two frames of zstd": sized(zstandard.compress(TEXT) * 2, b"Content-Encoding: zstd"),
    "identity": sized(b"ok", b"Content-Encoding: identity"),
    "gzip that is none": sized(b"plain", b"Content-Encoding: gzip"),
    "surplus response": sized(b"ok") + sized(b"EVIL"),
    "surplus": sized(b"ok") + b"xyz",
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "half a body": sized(b"hello")[:-2],
    "half a chunk": CHUNKED + b"5\r\nhel",
    "no last chunk": CHUNKED + b"5\r\nhello\r\n",
    "half an end": CHUNKED + b"5\r\nhello\r\n0\r\n",
    "bad chunk size": CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
    "chunk too long": CHUNKED + b"5\r\nhello!\r\n0\r\n\r\n",
    "negative length": OK + b"Content-Length: -5\r\n\r\nhello",
    "length in words": OK + b"Content-Length: five\r\n\r\nhello",
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "another protocol": b"SSH-2.0-OpenSSH_9.9\r\n",
    "space before the colon": OK + b"X : 1\r\nContent-Length: 2\r\n\r\nok",
    "NUL in a field": sized(b"ok", b"X: a\0b"),
    "switching": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
}

DIFFERENCES = {
    "length and chunked": (
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "httpx believes the chunks; who sends both may be smuggling",
    ),
    "the same length twice": (
        OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "httpx folds them into one; llhttp refuses every second length",
    ),
    "gzip cut off": (
        sized(PACKED[:-12], b"Content-Encoding: gzip"),
        "httpx returns what it could inflate, as if it were whole",
    ),
    "bytes after gzip": (
        sized(PACKED + b"tail", b"Content-Encoding: gzip"),
        "httpx drops them; we take what follows for a further member, which it is not",
    ),
    "a coding nobody knows": (
        sized(b"ok", b"Content-Encoding: rot13"),
        "httpx returns the coded bytes; nobody could read them",
    ),
    "HTTP/2 on this wire": (
        b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "httpx reads any version; this one has another framing altogether",
    ),
    "bare LF": (
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "httpx forgives it; proxies disagree on where such a head ends",
    ),
    "folded field": (
        sized(b"ok", b"X: a\r\n b"),
        "httpx joins the lines; the standard lets us refuse",
    ),
}

Read = tuple[int, list[tuple[bytes, bytes]], bytes]


async def by_us(origin: Origin) -> Read | None:
    """Return what our client makes of it, None if it refuses."""
    client = Client()
    try:
        head = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
        response = await client.send(origin, head, b"", deadlines=Deadlines(first_byte_ms=5000, idle_ms=5000))
        return response.status, response.headers, await response.read_all(10_000_000)
    except UpstreamFault:
        return None
    finally:
        await client.close()


async def by_httpx(origin: Origin) -> Read | None:
    """Return what httpx makes of it, None if it refuses."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        try:
            response = await client.get(str(origin))
        except httpx.HTTPError:
            return None
        headers = [(name.lower(), value) for name, value in response.headers.raw]
        return response.status_code, headers, response.content


@pytest.mark.parametrize("name", CORPUS)
async def test_both_read_the_same(name: str) -> None:
    """Status, fields in their order, decoded body; or neither reads anything."""
    async with raw_upstream(always(CORPUS[name], times=1)) as upstream:
        assert await by_us(upstream.origin) == await by_httpx(upstream.origin)


@pytest.mark.parametrize("name", DIFFERENCES)
async def test_we_refuse_what_httpx_lets_pass(name: str) -> None:
    """Each for the reason that stands beside it; should httpx change its mind, the row can move up."""
    raw, _ = DIFFERENCES[name]
    async with raw_upstream(always(raw, times=1)) as upstream:
        assert await by_us(upstream.origin) is None
        assert await by_httpx(upstream.origin) is not None
