"""Words that the tests of the client share."""

from oblivious.infra.upstream import Client, Deadlines, Gate, Origin, Response
from oblivious.infra.upstream.request import Body

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


def post(body: bytes) -> bytes:
    """Return the head of a POST of that body."""
    return b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)


async def ask(
    client: Client,
    origin: Origin,
    head: bytes = GET,
    body: Body = b"",
    *,
    deadlines: Deadlines = Deadlines(),  # noqa: B008 - it is immutable
    gate: Gate | None = None,
) -> Response:
    """Send a request."""
    return await client.send(origin, head, body, deadlines=deadlines, gate=gate)


async def fetch(client: Client, origin: Origin, head: bytes = GET, body: Body = b"") -> bytes:
    """Send a request and return the body of its response."""
    response = await ask(client, origin, head, body)
    return await response.read_all(1 << 30)
