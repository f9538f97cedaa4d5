import pytest

from oblivious.infra.upstream import Client, ConnectFailed, Link, Origin
from tests.fakes.certificates import Authority
from tests.fakes.proxies import socks
from tests.fakes.raw_upstream import raw_upstream
from tests.integration.upstream.asking import ask, fetch
from tests.integration.upstream.proxied import HOST, OK, SECRET, no_names, through
from tests.integration.upstream.tls_servers import serving


async def all_names(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


class TestSocks:
    @pytest.mark.parametrize(
        ("way", "host"),
        [pytest.param("socks5h", HOST, id="the proxy"), pytest.param("socks5", "127.0.0.1", id="we")],
    )
    async def test_who_finds_the_origin_is_in_the_scheme(self, way: str, host: str) -> None:
        """The proxy is given a name, or an address that our resolver found."""
        asked: list[tuple[str, int]] = []
        client = Client(resolve=no_names if way == "socks5h" else all_names)
        door = socks(asked, login=("user", SECRET))
        async with raw_upstream(OK) as upstream, raw_upstream(door) as proxy:
            origin = through(proxy, upstream, way)

            assert [await fetch(client, origin) for _ in range(3)] == [b"ok"] * 3
        await client.close()
        assert asked == [(host, origin.port)]

    async def test_tls_is_spoken_with_the_origin(self, nameless: Client, authority: Authority) -> None:
        """Whose certificate is for the name, not for the proxy's address."""
        tls = serving(authority.sign(HOST))
        async with raw_upstream(OK, tls=tls) as upstream, raw_upstream(socks([])) as proxy:
            origin = through(proxy, upstream, "socks5h", authority.pem)

            assert await fetch(nameless, origin) == b"ok"

    @pytest.mark.parametrize(
        ("login", "reply", "reason"),
        [
            pytest.param(("user", "another"), 0, "authentication failure", id="login"),
            pytest.param(None, 5, "refused by destination", id="refused"),
            pytest.param(None, 2, "not allowed", id="not allowed"),
            pytest.param(None, 99, "Invalid reply code", id="unknown"),
        ],
    )
    async def test_a_proxy_that_refuses_is_no_connection(
        self, nameless: Client, login: tuple[str, str] | None, reply: int, reason: str
    ) -> None:
        """The words hold no secret."""
        door = socks([], login=login, reply=reply)
        async with raw_upstream(OK) as upstream, raw_upstream(door) as proxy:
            with pytest.raises(ConnectFailed, match=reason) as raised:
                await ask(nameless, through(proxy, upstream, "socks5h"))
            assert not upstream.links
        assert SECRET not in str(raised.value)

    async def test_a_proxy_that_wants_a_login_gets_none_from_who_has_none(self, nameless: Client) -> None:
        """That is said, not waited for."""
        async with raw_upstream(socks([], login=("user", SECRET))) as proxy:
            way = Link(f"socks5h://127.0.0.1:{proxy.origin.port}")
            with pytest.raises(ConnectFailed, match="authentication methods"):
                await ask(nameless, Origin("http", HOST, 80, way))
