"""Where a server is reached from its own machine."""

import pytest

from oblivious.app.address import local_url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8400"),
        ("0.0.0.0", "http://127.0.0.1:8400"),  # noqa: S104 - a text
        ("::", "http://[::1]:8400"),
        ("::1", "http://[::1]:8400"),
        ("gateway.test", "http://gateway.test:8400"),
    ],
)
def test_a_listening_address_becomes_one_to_call(host: str, url: str) -> None:
    """Every address is none to call."""
    assert local_url(host, 8400) == url
