"""Where a Redis server is and how one logs in, from its URL."""

from ssl import CERT_NONE, SSLContext, create_default_context
from typing import Any

import msgspec
from redis import connection as redis_py

_DEFAULT_PORT = 6379
_UNVERIFIED = ("none", "CERT_NONE")


class Address(msgspec.Struct, frozen=True):
    """A server and a database on it; `path` is a Unix socket and then host and port do not count."""

    host: str
    port: int
    path: str
    username: str
    password: str
    database: int
    tls: bool
    verified: bool

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read `redis://`, `rediss://` or `unix://`.

        Raises:
            ValueError: it is none of these, or its parts make no sense.
        """
        parts: dict[str, Any] = dict(redis_py.parse_url(url))  # type: ignore[no-untyped-call] # redis-py leaves it so
        return cls(
            host=parts.get("host") or "localhost",
            port=parts.get("port") or _DEFAULT_PORT,
            path=parts.get("path") or "",
            username=parts.get("username") or "",
            password=parts.get("password") or "",
            database=int(parts.get("db") or 0),
            tls=parts.get("connection_class") is redis_py.SSLConnection,
            verified=parts.get("ssl_cert_reqs") not in _UNVERIFIED,
        )

    def greeting(self, name: str) -> list[tuple[str | int, ...]]:
        """Return the commands that log in, choose the database and say who is calling."""
        commands: list[tuple[str | int, ...]] = []
        if self.password:
            commands.append(("AUTH", *((self.username,) if self.username else ()), self.password))
        if self.database:
            commands.append(("SELECT", self.database))
        commands.append(("CLIENT", "SETNAME", name))
        return commands

    def tls_context(self) -> SSLContext | None:
        """Return how to encrypt, or None."""
        if not self.tls:
            return None
        context = create_default_context()
        if not self.verified:
            context.check_hostname = False
            context.verify_mode = CERT_NONE
        return context
