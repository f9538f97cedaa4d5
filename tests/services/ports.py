"""Ports that stay ours while their server is down."""

import random
import socket
from pathlib import Path

_FALLBACK_START = 32768
_LOWEST = 15000
_ATTEMPTS = 200
_given: set[int] = set()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on and no client will be given.

    It lies below the range the kernel takes outgoing ports from: under load one of those would be in use
    by a client at the moment a killed server wants its port back.

    Raises:
        OSError: no port was free.
    """
    for _ in range(_ATTEMPTS):
        port = random.randrange(_LOWEST, _first_outgoing_port())
        if port not in _given and _is_free(port):
            _given.add(port)
            return port
    raise OSError("no free TCP port on 127.0.0.1")


def _first_outgoing_port() -> int:
    setting = Path("/proc/sys/net/ipv4/ip_local_port_range")
    start = int(setting.read_text().split()[0]) if setting.exists() else _FALLBACK_START
    return start if start > _LOWEST else _FALLBACK_START


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
