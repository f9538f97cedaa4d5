from dataclasses import dataclass, field


class BadLink(ValueError):
    """No connection can be made in this way.

    Attributes:
        field: the attribute of `Link` that is wrong.
        message: what it should be, in words that hold no secret.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Link:
    """How connections to an origin are made. Its own text shows no password and no key.

    Attributes:
        proxy: `http://host:port`, `socks5://host:port`, or `socks5h://host:port`, where the proxy finds the
            origin's address; a user and password may stand before the host. Empty: no proxy.
        authorities: certificates in PEM that are trusted beside the system's.
        verify: whether the origin must prove who it is.
        server_name: what the origin is called in the handshake and in its certificate; empty: its host.
        certificate: a certificate that we show, with its private key, in PEM.
        tls_least: `1.2` or `1.3`, the oldest version spoken; empty: the library's own choice.
    """

    proxy: str = field(default="", repr=False)
    authorities: str = field(default="", repr=False)
    verify: bool = True
    server_name: str = ""
    certificate: str = field(default="", repr=False)
    tls_least: str = ""


DIRECT = Link()
