"""`oblivious serve`, but its gateway processes carry stopwatches: `python -m bench.timed_serve serve`."""

from typing import Any
from unittest.mock import patch

from granian.server.mp import MPServer

from oblivious.app.cli import main

_made = MPServer.__init__


def load_watched(server: MPServer, _loads: str, *args: Any, **kwargs: Any) -> None:
    """Make the server as it is, but have its gateway processes load the watched application."""
    _made(server, "bench.watched:create", *args, **kwargs)


if __name__ == "__main__":
    with patch.object(MPServer, "__init__", load_watched):
        main()
