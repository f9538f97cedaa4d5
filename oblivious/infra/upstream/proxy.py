"""What a proxy is, and what is said to one that joins connections by CONNECT. Pure."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from oblivious.infra.upstream.link import BadLink

HTTP, SOCKS, SOCKS_RESOLVING = "http", "socks5", "socks5h"
_SCHEMES = frozenset({HTTP, SOCKS, SOCKS_RESOLVING})
_LONGEST = 255  # RFC 1929, section 2: one byte says how long a user or a password is

END = b"\r\n\r\n"

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
_HOST = re.compile(rb"[!-~]+")
_SUCCESS = range(200, 300)
_REFUSALS = {
    403: "it does not allow this host",
    407: "it wants a user and password, or other ones",
    502: "it cannot reach this host",
    503: "it cannot reach this host",
    504: "this host did not answer it in time",
}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who joins our connection to the origin's. Its text is host and port, never a password.

    Attributes:
        scheme: `http`, `socks5`, or `socks5h`.
        user: empty where the proxy asks for nothing.
    """

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """Read a proxy's URL.

        Raises:
            BadLink: it is none, or its user and password cannot be sent.
        """
        parts, port = _parted(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        proxy = cls(parts.scheme, parts.hostname or "", port, user, password)
        proxy._check_login()
        return proxy

    @property
    def resolves(self) -> bool:
        """Whether the proxy is given the origin's name, and finds the address itself."""
        return self.scheme != SOCKS

    def __str__(self) -> str:
        return _authority(self.host, self.port)

    def _check_login(self) -> None:
        user, password = self.user, self.password
        if self.scheme == HTTP:
            if ":" in user:
                raise BadLink("proxy", "has a user without a colon")
        elif bool(user) != bool(password):
            raise BadLink("proxy", "has a user and a password, or neither")
        elif not (user + password).isascii() or max(len(user), len(password)) > _LONGEST:
            raise BadLink("proxy", f"has a user and a password of at most {_LONGEST} ASCII characters each")


def connect_head(proxy: Proxy, host: str, port: int) -> bytes:
    """Return the request that asks a proxy for a connection to a host.

    Raises:
        ValueError: it is no host name.
    """
    name = host.encode("idna")
    if not _HOST.fullmatch(name):
        raise ValueError("not a host name")
    place = _authority(name.decode(), port)
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.user or proxy.password:
        login = b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {login}")
    return "\r\n".join([*lines, "", ""]).encode()


def refusal(head: bytes) -> str:
    """Return why what a proxy answers is no connection, in our words; empty if it is one."""
    found = _STATUS.match(head)
    if found is None:
        return "its answer is not HTTP"
    status = int(found[1])
    if status in _SUCCESS:
        # The origin speaks second, whatever its scheme.
        return "" if head.endswith(END) else "it sends more than its answer"
    reason = _REFUSALS.get(status)
    return f"it answers {status}: {reason}" if reason else f"it answers {status}"


def _parted(url: str) -> tuple[SplitResult, int]:
    # What urlsplit says of a bad URL may quote the password.
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _SCHEMES or not parts.hostname or not port or not _plain(url):
        raise BadLink("proxy", "is a URL with a host and a port, of http, socks5 or socks5h")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadLink("proxy", "has nothing after the port")
    return parts, port


def _plain(url: str) -> bool:
    return url.isprintable() and " " not in url


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
