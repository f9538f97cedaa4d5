"""What the tests of proxies share."""

from oblivious.infra.upstream import Link, Origin
from tests.fakes.raw_upstream import RawUpstream, always, answer

HOST = "upstream.test"
OK = always(answer(b"ok"))
SECRET = "s3cret-word"


async def no_names(host: str, port: int) -> list[str]:
    """Only addresses are known here: every name is the proxy's to find."""
    if not host.startswith("127."):
        raise OSError("nobody asks here")
    return [host]


def through(proxy: RawUpstream, upstream: RawUpstream, way: str = "http", authorities: str = "") -> Origin:
    """Return the upstream's origin, reached by a proxy that wants a login."""
    url = f"{way}://user:{SECRET}@127.0.0.1:{proxy.origin.port}"
    return Origin(upstream.origin.scheme, HOST, upstream.origin.port, Link(url, authorities=authorities))
