"""Several upstreams in one process, each with a port and a log of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oblivious.demo.fleet import own_log
from oblivious.demo.served import Served, read_served
from tests.installation import Installation, wait_until
from tests.services.ports import free_port


@dataclass(frozen=True)
class Upstreams:
    """What runs: by place, where each listens and what it writes down."""

    ports: Sequence[int]
    logs: Sequence[Path]

    def url(self, place: int) -> str:
        """Return the base URL of the upstream at a place, from 1."""
        return f"http://127.0.0.1:{self.ports[place - 1]}"

    def served(self, place: int) -> list[Served]:
        """Return what the upstream at a place has served so far to those who ask a model."""
        log = self.logs[place - 1]
        return [one for one in read_served(log) if one.model] if log.exists() else []

    def all_served(self) -> list[Served]:
        """Return what all of them have served so far."""
        return [one for place in range(1, len(self.logs) + 1) for one in self.served(place)]


def start_upstreams(
    installation: Installation, count: int, plot: str, *options: str, name: str = "served"
) -> Upstreams:
    """Start upstreams whose plot begins with the first request to any of them."""
    ports = [free_port() for _ in range(count)]
    written, log = installation.folder / f"{name}.toml", installation.folder / f"{name}.jsonl"
    written.write_text(plot)
    chosen = ["--ports", ",".join(map(str, ports)), "--plot", str(written), "--log", str(log)]
    part = installation.part("demo-upstream", *chosen, *options)
    wait_until(lambda: part.said().count("listens on") == count, part)
    return Upstreams(ports, [own_log(log, port) for port in ports])
