from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where connections go: they are shared by everything that has the same scheme, host and port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the origin of an absolute `http` or `https` URL.

        Raises:
            ValueError: the URL has another scheme, no host, or a port out of range.
        """
        parts = urlsplit(url)
        default = DEFAULT_PORTS.get(parts.scheme)
        if default is None or not parts.hostname:
            raise ValueError(f"not an http or https URL with a host: {url!r}")
        return cls(parts.scheme, parts.hostname, default if parts.port is None else parts.port)

    @property
    def secure(self) -> bool:
        """Whether connections speak TLS."""
        return self.scheme == "https"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"
