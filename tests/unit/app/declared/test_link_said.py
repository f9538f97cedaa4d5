from typing import Any

import pytest

from oblivious.app.declared.faults import Faults
from oblivious.app.declared.link_said import LinkSaid, link_said
from oblivious.app.declared.references import looking
from oblivious.infra.upstream import Link

PROXY = "http://user:pass-word@10.0.0.1:3128"
CURRENT = Link(proxy="socks5://user:older@10.0.0.2:1080")


def read(given: dict[str, Any], current: Link | None = None) -> tuple[LinkSaid, list[str]]:
    """Read a link, and what is wrong with it."""
    faults = Faults({"": 1})
    said = link_said(given, current, looking({"PROXY": PROXY + "\n"}), "c", faults)
    return said, [f"{fault.path}: {fault.message}" for fault in faults.found()]


def test_a_secret_stands_elsewhere() -> None:
    """The link has it, and beside it stands where it came from."""
    said, told = read({"proxy": {"env": "PROXY"}, "verify": False})

    assert (said.plain, told) == ({"proxy": PROXY, "verify": False}, [])
    assert said.references == {"proxy": {"env": "PROXY"}}
    assert "pass-word" not in repr(said)


def test_what_is_there_is_kept() -> None:
    """It has no reference afterwards either."""
    said, told = read({"proxy": {"kept": "socks5://user:***@10.0.0.2:1080"}}, CURRENT)

    assert (said.plain, said.references, told) == ({"proxy": CURRENT.proxy}, {}, [])


def test_a_proxy_without_a_password_is_no_secret() -> None:
    """It may be written where it is used."""
    assert read({"proxy": "http://user@10.0.0.1:3128"})[1] == []


WHERE = "which is not written here: say where it stands, {env: NAME} or {file: PATH}"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"proxy": PROXY}, [f"c.link.proxy: holds a password, {WHERE} of the whole URL"]),
        ({"certificate": "PEM"}, [f"c.link.certificate: holds a private key, {WHERE}"]),
        ({"proxy": {"kept": "x"}}, ["c.link.proxy.kept: keeps what is there, and there is nothing"]),
        ({"proxy": {"env": "GONE"}}, ["c.link.proxy.env: is a variable that is set; 'GONE' is not"]),
        ({"proxy": {"evn": "PROXY"}}, 2),
        ({"server_name": {"env": "PROXY"}}, ["c.link.server_name: is said here, and nowhere else"]),
        ({"certificate": {"env": "PROXY"}}, 1),
        ({"proxy": "http://[", "verify": 1}, 2),
    ],
    ids=["password", "key", "nothing to keep", "not set", "misspelt", "no secret", "no PEM", "nonsense"],
)
def test_what_makes_no_sense_is_told(given: dict[str, Any], told: list[str] | int) -> None:
    """Without the secret that it is about."""
    found = read(given)[1]

    assert told in (found, len(found))
    assert "pass-word" not in str(found)
