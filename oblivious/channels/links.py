"""How a channel's connections are made, as it is stored: sealed, since a proxy may ask for a password."""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from oblivious.channels.shaping.link import LinkWish
from oblivious.infra.crypto import Secrets
from oblivious.infra.upstream import DIRECT, Link

STARS = "***"

_decode = msgspec.json.Decoder(Link).decode


def sealed(link: Link, secrets: Secrets) -> str | None:
    """Return a link as it is stored; None for the plain way."""
    return None if link == DIRECT else secrets.encrypt(msgspec.json.encode(link).decode())


def unsealed(stored: str | None, secrets: Secrets) -> Link:
    """Return a stored link.

    Raises:
        WrongSecret: it was sealed with a secret key that is not there any more.
    """
    return DIRECT if stored is None else _decode(secrets.decrypt(stored))


def shown(link: Link) -> dict[str, Any]:
    """Return what may be shown of a link: stars for a password and for a certificate with its key."""
    wish = LinkWish(
        proxy=_masked(link.proxy),
        authorities=link.authorities,
        verify=link.verify,
        server_name=link.server_name,
        certificate=STARS if link.certificate else "",
        tls_least=link.tls_least,
    )
    told: dict[str, Any] = msgspec.to_builtins(wish)
    return told


def _masked(proxy: str) -> str:
    parts = urlsplit(proxy)
    if not parts.password:
        return proxy
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}:{STARS}@{host}").geturl()
