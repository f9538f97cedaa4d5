import asyncio
import ssl
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oblivious.infra.upstream import (
    Client,
    ConnectTimedOut,
    Deadlines,
    NoConnection,
    Origin,
    TLSFailed,
    UpstreamFault,
)
from oblivious.infra.upstream import Link as Way
from tests.fakes.certificates import Authority, self_signed
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.upstream.asking import ask, fetch
from tests.integration.upstream.tls_servers import serving

HOST = "upstream.test"
OK = always(answer(b"ok"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for HOST that signs itself."""
    return self_signed(HOST, tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def known(certificate: Path) -> ssl.SSLContext:
    return serving(certificate.read_text())


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def here(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


def linked(origin: Origin, **link: Any) -> Origin:
    """Return an origin that is reached in another way."""
    return replace(origin, link=Way(**link))


class TestTLS:
    async def test_a_trusted_host_is_spoken_to(self, known: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
        """And its connection is used again."""
        client = Client(tls=trusting, resolve=here)
        async with raw_upstream(always(answer(b"ok" * 100_000)), tls=known, name=HOST) as upstream:
            assert [len(await fetch(client, upstream.origin)) for _ in range(3)] == [200_000] * 3
            assert len(upstream.links) == 1
            await client.close()

    @pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
    async def test_the_wrong_host_is_refused(
        self, known: ssl.SSLContext, trusting: ssl.SSLContext, host: str
    ) -> None:
        """Not a byte of the request reaches it."""
        client = Client(tls=trusting, resolve=here)
        asked: list[bytes] = []

        async def serve(link: Link) -> None:
            asked.append(await link.request())

        async with raw_upstream(serve, tls=known, name=host) as upstream:
            with pytest.raises(TLSFailed, match=r"(?i)certificate"):
                await ask(client, upstream.origin)
            await client.close()
        assert not any(asked)

    async def test_an_unknown_authority_is_refused_by_default(self, known: ssl.SSLContext) -> None:
        """Only the system's authorities are trusted."""
        client = Client(resolve=here)
        async with raw_upstream(always(answer(b"ok")), tls=known, name=HOST) as upstream:
            with pytest.raises(TLSFailed):
                await ask(client, upstream.origin)
        await client.close()

    async def test_a_handshake_that_hangs_is_left(self, trusting: ssl.SSLContext) -> None:
        """By the connect deadline, with its socket closed."""
        left = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.gone()
            left.set()

        client = Client(tls=trusting, resolve=here)
        async with raw_upstream(serve) as plain:
            origin = Origin("https", HOST, plain.origin.port)
            with pytest.raises(ConnectTimedOut):
                await ask(client, origin, deadlines=Deadlines(connect_ms=100))
            await asyncio.wait_for(left.wait(), 5)
        await client.close()

    async def test_a_plain_server_is_no_tls_server(self, trusting: ssl.SSLContext) -> None:
        """Its answer to a handshake is not one."""

        async def serve(link: Link) -> None:
            link.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await link.gone()

        client = Client(tls=trusting, resolve=here)
        async with raw_upstream(serve) as plain:
            with pytest.raises(TLSFailed):
                await ask(client, Origin("https", HOST, plain.origin.port))
        await client.close()


class TestLinks:
    async def test_an_authority_of_ones_own_is_trusted(self, authority: Authority) -> None:
        """Beside the system's, and only where the link says so."""
        client = Client(resolve=here)
        async with raw_upstream(OK, tls=serving(authority.sign(HOST)), name=HOST) as upstream:
            assert await fetch(client, linked(upstream.origin, authorities=authority.pem)) == b"ok"
            with pytest.raises(TLSFailed):
                await ask(client, upstream.origin)
        await client.close()

    async def test_another_authority_is_not_trusted(self) -> None:
        """A certificate must be signed by one of those named."""
        client, other = Client(resolve=here), Authority("authority.test")
        tls = serving(Authority("authority.test").sign(HOST))
        async with raw_upstream(OK, tls=tls, name=HOST) as upstream:
            with pytest.raises(TLSFailed):
                await ask(client, linked(upstream.origin, authorities=other.pem))
        await client.close()

    async def test_nothing_is_checked_where_the_link_says_so(self) -> None:
        """Neither who signed nor for whom."""
        client, tls = Client(resolve=here), serving(Authority("authority.test").sign("other.test"))
        async with raw_upstream(OK, tls=tls, name=HOST) as upstream:
            assert await fetch(client, linked(upstream.origin, verify=False)) == b"ok"
        await client.close()

    async def test_an_origin_may_have_another_name(self, authority: Authority) -> None:
        """It is the one asked for, and the one checked."""
        client = Client(resolve=here)
        tls, names = serving(authority.sign("other.test")), list[str | None]()
        tls.sni_callback = lambda _socket, name, _context: names.append(name)
        async with raw_upstream(OK, tls=tls, name=HOST) as upstream:
            origin = linked(upstream.origin, authorities=authority.pem, server_name="other.test")
            assert await fetch(client, origin) == b"ok"
            with pytest.raises(TLSFailed):
                await ask(client, linked(upstream.origin, authorities=authority.pem))
        assert names == ["other.test", HOST]
        await client.close()

    async def test_a_certificate_is_shown_to_who_wants_one(self, authority: Authority) -> None:
        """Without one the origin lets nobody in."""
        client = Client(resolve=here)
        tls = serving(authority.sign(HOST), clients_of=authority.pem)
        async with raw_upstream(OK, tls=tls, name=HOST) as upstream:
            own = authority.sign("client.test")
            origin = linked(upstream.origin, authorities=authority.pem, certificate=own)
            assert await fetch(client, origin) == b"ok"
            with pytest.raises(UpstreamFault):
                await ask(client, linked(upstream.origin, authorities=authority.pem))
        await client.close()

    @pytest.mark.parametrize(("least", "spoken"), [("1.2", True), ("1.3", False)])
    async def test_an_old_version_is_not_spoken(
        self,
        authority: Authority,
        least: str,
        spoken: bool,  # noqa: FBT001 - a column of the table
    ) -> None:
        """The server knows nothing newer than 1.2."""
        client = Client(resolve=here)
        tls = serving(authority.sign(HOST))
        tls.maximum_version = ssl.TLSVersion.TLSv1_2
        async with raw_upstream(OK, tls=tls, name=HOST) as upstream:
            origin = linked(upstream.origin, authorities=authority.pem, tls_least=least)
            with nullcontext() if spoken else pytest.raises(NoConnection):
                assert await fetch(client, origin) == b"ok"
        await client.close()

    async def test_equal_links_share_connections(self, authority: Authority) -> None:
        """And no connection is used for a link that asks for something else."""
        client = Client(resolve=here)
        async with raw_upstream(OK, tls=serving(authority.sign(HOST)), name=HOST) as upstream:
            for verify in (True, True, False, False):
                origin = linked(upstream.origin, authorities=authority.pem, verify=verify)
                assert await fetch(client, origin) == b"ok"
            assert len(upstream.links) == 2
        await client.close()
