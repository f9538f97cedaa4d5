import pytest

from oblivious.infra.upstream import Client, ConnectFailed, TLSFailed
from tests.fakes.certificates import Authority
from tests.fakes.proxies import JOINED, connecting
from tests.fakes.raw_upstream import raw_upstream
from tests.integration.upstream.asking import ask, fetch
from tests.integration.upstream.proxied import HOST, OK, SECRET, through
from tests.integration.upstream.tls_servers import serving


class TestConnect:
    async def test_the_proxy_finds_the_origin(self, nameless: Client) -> None:
        """One connection is asked for, with the login, and serves several requests."""
        asked: list[bytes] = []
        async with raw_upstream(OK) as upstream, raw_upstream(connecting(asked)) as proxy:
            origin = through(proxy, upstream)

            assert [await fetch(nameless, origin) for _ in range(3)] == [b"ok"] * 3
        place = f"{HOST}:{origin.port}".encode()
        assert asked == [
            b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n" % (place, place)
            + b"Proxy-Authorization: Basic dXNlcjpzM2NyZXQtd29yZA==\r\n\r\n"
        ]

    async def test_tls_is_spoken_with_the_origin(self, nameless: Client, authority: Authority) -> None:
        """The proxy sees nothing but the handshake's bytes."""
        tls = serving(authority.sign(HOST))
        async with raw_upstream(OK, tls=tls) as upstream, raw_upstream(connecting([])) as proxy:
            assert await fetch(nameless, through(proxy, upstream, authorities=authority.pem)) == b"ok"

    async def test_a_wrong_origin_is_refused(self, nameless: Client, authority: Authority) -> None:
        """Whatever the proxy joins us to, it must prove that it is the host."""
        tls = serving(authority.sign("other.test"))
        async with raw_upstream(OK, tls=tls) as upstream, raw_upstream(connecting([])) as proxy:
            with pytest.raises(TLSFailed, match=HOST):
                await ask(nameless, through(proxy, upstream, authorities=authority.pem))

    async def test_an_answer_may_come_in_pieces(self, nameless: Client) -> None:
        """Not a byte of it is taken for the origin's."""
        pieces = [JOINED[at : at + 1] for at in range(len(JOINED))]
        async with raw_upstream(OK) as upstream, raw_upstream(connecting([], pieces)) as proxy:
            assert await fetch(nameless, through(proxy, upstream)) == b"ok"

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            pytest.param(b"HTTP/1.1 407 P\r\nContent-Length: 2\r\n\r\nno", "407: it wants a user", id="407"),
            pytest.param(b"HTTP/1.1 403 s3cret-word\r\n\r\n", "403: it does not allow", id="403"),
            pytest.param(b"HTTP/1.0 500 Oops\r\n\r\n", "it answers 500$", id="500"),
            pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "is not HTTP", id="another protocol"),
            pytest.param(b"", "closed the connection", id="nothing"),
            pytest.param(JOINED[:-1], "closed the connection", id="half an answer"),
            pytest.param(JOINED + b"HTTP/1.1 200 OK\r\n", "more than its answer", id="surplus"),
            pytest.param(b"HTTP/1.1 200 OK\r\nx: " + b"x" * 20_000, "too long", id="endless"),
        ],
    )
    async def test_a_proxy_that_refuses_is_no_connection(
        self, nameless: Client, said: bytes, reason: str
    ) -> None:
        """The words are ours and hold no secret."""
        refusing = connecting([], [said], join=False)
        async with raw_upstream(OK) as upstream, raw_upstream(refusing) as proxy:
            with pytest.raises(ConnectFailed, match=reason) as raised:
                await ask(nameless, through(proxy, upstream))
            assert not upstream.links
        assert SECRET not in str(raised.value)
