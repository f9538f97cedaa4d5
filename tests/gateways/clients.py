"""Clients that are made quickly, since every test makes some."""

import ssl
from typing import Any

import httpx

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Knows no authority, and nobody asks it: reading the system's would take a client 30 ms."""


def plain_client(**options: Any) -> httpx.AsyncClient:
    """Return a client with as many connections as it needs, unless `options` say otherwise."""
    return httpx.AsyncClient(
        **{"verify": NO_TLS, "timeout": 60, "limits": httpx.Limits(max_connections=None), **options}
    )
