import pytest

from oblivious.infra.upstream import DIRECT, Link, Origin


class TestOf:
    @pytest.mark.parametrize(
        ("url", "origin"),
        [
            pytest.param("https://api.x.com/v1", Origin("https", "api.x.com", 443), id="https"),
            pytest.param("http://API.x.com", Origin("http", "api.x.com", 80), id="http, case"),
            pytest.param("HTTP://localhost:8080/", Origin("http", "localhost", 8080), id="port"),
            pytest.param("http://[::1]:9/x", Origin("http", "::1", 9), id="IPv6"),
        ],
    )
    def test_scheme_host_and_port_make_an_origin(self, url: str, origin: Origin) -> None:
        """Defaults are filled in, so that equal places are equal and share connections."""
        assert Origin.of(url) == origin
        assert hash(Origin.of(url)) == hash(origin)

    @pytest.mark.parametrize("url", ["ftp://x", "https://", "x.com/v1", "http://x:99999", ""])
    def test_other_urls_are_refused(self, url: str) -> None:
        """There is nothing to connect to."""
        with pytest.raises(ValueError, match=r"."):
            Origin.of(url)

    def test_it_reads_like_a_url(self) -> None:
        """For messages."""
        assert str(Origin.of("http://[::1]:9/x")) == "http://[::1]:9"


class TestLinks:
    def test_without_a_link_connections_are_direct(self) -> None:
        """Nothing is between us and the host."""
        assert Origin.of("http://x.com").link == DIRECT

    @pytest.mark.parametrize("other", [DIRECT, Link("http://proxy.test:1"), Link(verify=False)])
    def test_origins_reached_in_another_way_share_nothing(self, other: Link) -> None:
        """Not even when they are the same place."""
        mine = Link("socks5://proxy.test:1")
        places = {Origin.of("http://x.com", mine): "mine", Origin.of("http://x.com", other): "other"}

        assert places[Origin.of("http://x.com/v1", Link("socks5://proxy.test:1"))] == "mine"
        assert places[Origin.of("http://x.com", other)] == "other"

    def test_no_text_of_it_holds_a_secret(self) -> None:
        """It comes into messages."""
        origin = Origin.of("http://x.com", Link("http://user:s3cret@proxy.test:1", certificate="s3cret"))

        assert "s3cret" not in f"{origin} {origin!r}"
