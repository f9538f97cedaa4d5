"""A server proves itself by the name in the URL, though it is asked by its address."""

import ssl
from ipaddress import ip_network
from pathlib import Path

import pytest

from oblivious.infra.fetch import Allowance, Fetched, Fetcher, Unreachable
from tests.fakes.certificates import self_signed
from tests.fakes.raw_upstream import RawUpstream, always, answer, raw_upstream

HOST = "pictures.test"
GIF = b"GIF89a..."


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(HOST, tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def here(_host: str, _port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


async def fetched(server: RawUpstream, host: str, trusted: Path | None) -> Fetched:
    fetcher = Fetcher(
        allowed=[ip_network("127.0.0.1")],
        tls=ssl.create_default_context(cafile=str(trusted)) if trusted else None,
        resolve=here,
    )
    try:
        return await fetcher.fetch(f"https://{host}:{server.origin.port}/a", Allowance(100, ""))
    finally:
        await fetcher.close()


async def test_a_host_that_proves_its_name_is_asked(serving: ssl.SSLContext, certificate: Path) -> None:
    """Its certificate is for the name, not for the address."""
    async with raw_upstream(always(answer(GIF)), tls=serving) as server:
        assert await fetched(server, HOST, certificate) == (GIF, "image/gif")


@pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
async def test_any_other_name_is_refused(serving: ssl.SSLContext, certificate: Path, host: str) -> None:
    """Also right after the true one was asked at the same address."""
    async with raw_upstream(always(answer(GIF)), tls=serving) as server:
        await fetched(server, HOST, certificate)
        with pytest.raises(Unreachable):
            await fetched(server, host, certificate)


async def test_by_default_the_systems_authorities_are_trusted(serving: ssl.SSLContext) -> None:
    """And no others."""
    async with raw_upstream(always(answer(GIF)), tls=serving) as server:
        with pytest.raises(Unreachable):
            await fetched(server, HOST, None)
