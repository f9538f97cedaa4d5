from typing import Any

import pytest

from oblivious.channels.shaping.link import LinkWish, read_link
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.upstream import DIRECT, Link


def test_what_is_said_of_connections_is_read() -> None:
    given = {"proxy": "socks5://proxy.test:1080", "verify": False, "tls_least": "1.3"}

    assert read_link(given) == Link(proxy="socks5://proxy.test:1080", verify=False, tls_least="1.3")
    assert read_link({}) == DIRECT


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ([], "link"),
        ({"host": "a"}, "link.host"),
        ({"verify": 1}, "link.verify"),
        ({"proxy": 5}, "link.proxy"),
        ({"proxy": "ftp://proxy.test"}, "link.proxy"),
        ({"authorities": "no certificate"}, "link.authorities"),
        ({"certificate": "no certificate"}, "link.certificate"),
        ({"server_name": "a b"}, "link.server_name"),
        ({"tls_least": "1.0"}, "link.tls_least"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(given: Any, field: str) -> None:
    with pytest.raises(ChangeRefused) as refused:
        read_link(given)

    assert refused.value.field == field


def test_no_text_shows_a_secret() -> None:
    assert "hush" not in repr(LinkWish(proxy="http://a:hush@proxy.test:1", certificate="hush"))
    with pytest.raises(ChangeRefused) as refused:
        read_link({"proxy": "ftp://a:hush@proxy.test:1"})
    assert "hush" not in str(refused.value)
