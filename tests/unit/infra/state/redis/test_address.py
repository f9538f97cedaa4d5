"""Redis URLs become addresses and greetings."""

import pytest

from oblivious.infra.state.redis.address import Address


@pytest.mark.parametrize(
    ("url", "place", "greeting"),
    [
        pytest.param("redis://h", ("h", 6379, "", False), [], id="plain"),
        pytest.param("redis://h:7000/3", ("h", 7000, "", False), [("SELECT", 3)], id="database"),
        pytest.param("redis://:p%40w@h", ("h", 6379, "", False), [("AUTH", "p@w")], id="password"),
        pytest.param("rediss://u:pw@h", ("h", 6379, "", True), [("AUTH", "u", "pw")], id="user over TLS"),
        pytest.param(
            "unix:///run/r.sock?db=2", ("localhost", 6379, "/run/r.sock", False), [("SELECT", 2)], id="socket"
        ),
    ],
)
def test_parse(url: str, place: tuple[str, int, str, bool], greeting: list[tuple[str | int, ...]]) -> None:
    """Everything a URL says is used: log in, choose the database, then say who is calling."""
    address = Address.parse(url)

    assert (address.host, address.port, address.path, address.tls) == place
    assert address.greeting("me") == [*greeting, ("CLIENT", "SETNAME", "me")]


def test_certificates_are_verified_unless_the_url_says_no() -> None:
    """`ssl_cert_reqs=none` is for test servers."""
    verified = Address.parse("rediss://h").tls_context()
    trusting = Address.parse("rediss://h?ssl_cert_reqs=none").tls_context()

    assert verified is not None
    assert trusting is not None
    assert (verified.check_hostname, trusting.check_hostname) == (True, False)


def test_another_scheme_is_refused() -> None:
    """A wrong URL is an error at start, not at the first request."""
    with pytest.raises(ValueError, match="redis"):
        Address.parse("http://h")
