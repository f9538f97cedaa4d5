from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from oblivious.infra.upstream.link import DIRECT, Link

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where connections go, and how: they are shared by everything that has the same of all four."""

    scheme: str
    host: str
    port: int
    link: Link = DIRECT
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Every request looks its pool up: a hash over all fields would cost more than the rest of that.
        object.__setattr__(self, "_hash", hash((self.scheme, self.host, self.port, self.link)))

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def of(cls, url: str, link: Link = DIRECT) -> Self:
        """Return the origin of an absolute `http` or `https` URL.

        Raises:
            ValueError: the URL has another scheme, no host, or a port out of range.
        """
        parts = urlsplit(url)
        default = DEFAULT_PORTS.get(parts.scheme)
        if default is None or not parts.hostname:
            raise ValueError(f"not an http or https URL with a host: {url!r}")
        return cls(parts.scheme, parts.hostname, default if parts.port is None else parts.port, link)

    @property
    def secure(self) -> bool:
        """Whether connections speak TLS."""
        return self.scheme == "https"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"
