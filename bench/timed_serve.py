"""`oblivious serve`, but its gateway processes carry stopwatches: `python -m bench.timed_serve serve`."""

from typing import Any

from granian.server import Server

from oblivious.app import serve
from oblivious.app.cli import main


def timed_server(_loads: str, *args: Any, **kwargs: Any) -> Any:
    """Make the server, and have its gateway processes load the watched application."""
    return Server("bench.watched:create", *args, **kwargs)


if __name__ == "__main__":
    vars(serve)["Server"] = timed_server
    main()
