import pytest

from oblivious.infra.upstream.proxy import Proxy, connect_head, refusal

PROXY = Proxy.of("http://proxy.test:3128")


class TestProxy:
    def test_a_login_is_written_in_percent(self) -> None:
        """What has a meaning in URLs can be in a password all the same."""
        proxy = Proxy.of("socks5://us%40er:p%3Aw%2F%25@[::1]:1080")

        assert proxy == Proxy("socks5", "::1", 1080, "us@er", "p:w/%")

    @pytest.mark.parametrize(
        ("url", "resolves"), [("http://a:1", True), ("socks5h://a:1", True), ("socks5://a:1", False)]
    )
    def test_the_scheme_says_who_finds_addresses(
        self,
        url: str,
        resolves: bool,  # noqa: FBT001 - a column of the table
    ) -> None:
        """A name that only the proxy knows must reach it as a name."""
        assert Proxy.of(url).resolves is resolves

    def test_its_text_is_a_place(self) -> None:
        """Never who we are there."""
        proxy = Proxy.of("http://user:s3cret@[::1]:80")

        assert str(proxy) == "[::1]:80"
        assert "s3cret" not in repr(proxy)


class TestConnectHead:
    @pytest.mark.parametrize(
        ("host", "place"),
        [
            pytest.param("api.test", b"api.test:443", id="name"),
            pytest.param("::1", b"[::1]:443", id="IPv6"),
            pytest.param("bücher.test", b"xn--bcher-kva.test:443", id="not ASCII"),
        ],
    )
    def test_it_names_the_host_twice(self, host: str, place: bytes) -> None:
        """As its target and as its Host."""
        assert connect_head(PROXY, host, 443) == b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (place, place)

    @pytest.mark.parametrize("url", ["http://é:ü@a:1", "http://%C3%A9:%C3%BC@a:1"])
    def test_a_login_is_sent_in_utf_8(self, url: str) -> None:
        """RFC 7617 leaves the charset open, and names this one."""
        assert b"\r\nProxy-Authorization: Basic w6k6w7w=\r\n" in connect_head(Proxy.of(url), "x.test", 80)

    @pytest.mark.parametrize("host", ["a b", "a\r\nX: y", "", "a" * 64, "a\tb"])
    def test_what_is_no_host_is_not_sent(self, host: str) -> None:
        """It would be read as something else."""
        with pytest.raises(ValueError, match=r"."):
            connect_head(PROXY, host, 443)


class TestRefusal:
    @pytest.mark.parametrize(
        "head",
        [
            b"HTTP/1.1 200 Connection established\r\n\r\n",
            b"HTTP/1.0 200 OK\r\nProxy-Agent: x\r\n\r\n",
            b"HTTP/1.1 200\r\n\r\n",
            b"HTTP/1.1 204 No Content\r\n\r\n",
        ],
    )
    def test_a_success_is_none(self, head: bytes) -> None:
        """Any status from 200 to 299 means that the connection is there."""
        assert refusal(head) == ""

    @pytest.mark.parametrize(
        ("head", "reason"),
        [
            pytest.param(b"HTTP/1.1 407 s3cret\r\n\r\n", "407", id="login"),
            pytest.param(b"HTTP/1.1 502 s3cret\r\n\r\n", "cannot reach", id="502"),
            pytest.param(b"HTTP/1.1 504 s3cret\r\n\r\n", "in time", id="504"),
            pytest.param(b"HTTP/1.1 302 s3cret\r\n\r\n", "302", id="elsewhere"),
            pytest.param(b"HTTP/1.1 407 s3cret\r\n\r\nwith a body", "407", id="with a body"),
            pytest.param(b"HTTP/2 200 OK\r\n\r\n", "not HTTP", id="another version"),
            pytest.param(b"HTTP/1.1 20 OK\r\n\r\n", "not HTTP", id="short status"),
            pytest.param(b"HTTP/1.1 2000 OK\r\n\r\n", "not HTTP", id="long status"),
            pytest.param(b"\x05\x00\r\n\r\n", "not HTTP", id="SOCKS"),
            pytest.param(b"HTTP/1.1 200 OK\r\n\r\nx", "more than", id="surplus"),
        ],
    )
    def test_anything_else_is_one_in_our_words(self, head: bytes, reason: str) -> None:
        """What the proxy wrote is not repeated."""
        said = refusal(head)

        assert reason in said
        assert "s3cret" not in said
