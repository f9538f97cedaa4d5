import asyncio
import ssl
from pathlib import Path

import pytest

from oblivious.infra.upstream import Client, ConnectTimedOut, Deadlines, Origin, TLSFailed
from tests.fakes.certificates import self_signed
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.upstream.asking import ask, fetch

HOST = "upstream.test"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for HOST that signs itself."""
    return self_signed(HOST, tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def here(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


class TestTLS:
    async def test_a_trusted_host_is_spoken_to(
        self, serving: ssl.SSLContext, trusting: ssl.SSLContext
    ) -> None:
        """And its connection is used again."""
        client = Client(tls=trusting, resolve=here)
        async with raw_upstream(always(answer(b"ok" * 100_000)), tls=serving, name=HOST) as upstream:
            assert [len(await fetch(client, upstream.origin)) for _ in range(3)] == [200_000] * 3
            assert len(upstream.links) == 1
            await client.close()

    @pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
    async def test_the_wrong_host_is_refused(
        self, serving: ssl.SSLContext, trusting: ssl.SSLContext, host: str
    ) -> None:
        """Not a byte of the request reaches it."""
        client = Client(tls=trusting, resolve=here)
        asked: list[bytes] = []

        async def serve(link: Link) -> None:
            asked.append(await link.request())

        async with raw_upstream(serve, tls=serving, name=host) as upstream:
            with pytest.raises(TLSFailed, match=r"(?i)certificate"):
                await ask(client, upstream.origin)
            await client.close()
        assert not any(asked)

    async def test_an_unknown_authority_is_refused_by_default(self, serving: ssl.SSLContext) -> None:
        """Only the system's authorities are trusted."""
        client = Client(resolve=here)
        async with raw_upstream(always(answer(b"ok")), tls=serving, name=HOST) as upstream:
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
