"""Where this machine reaches what it serves."""

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - looked up, not bound


def local_url(host: str, port: int) -> str:
    """Return the base URL, without a path, of a server of this machine that listens on `host`."""
    reached = _ANYWHERE.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
