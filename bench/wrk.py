"""A closed loop of requests by wrk, and what it measured."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cores import leashed
from bench.exchanges import JSON, STREAM, Kind, request_body

_SCRIPT = """\
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {key}"
wrk.body = [==[{body}]==]

{more}
function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format(
        '\\n{{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}}\\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        e.status, e.connect + e.read + e.write + e.timeout))
end
"""


_MIXED = """
local turn, streamed = 0, [==[{streamed}]==]
function request()
    turn = 1 - turn
    return turn == 1 and wrk.format() or wrk.format(nil, nil, nil, streamed)
end
"""
# A closed loop keeps a rate if its connections rest between two requests; wrk takes whole milliseconds only.
_RESTING = """
function delay() return math.floor({rest_ms} + math.random()) end
"""


@dataclass(frozen=True)
class Loop:
    """What a closed loop saw; latencies in microseconds."""

    requests: int
    seconds: float
    p50_us: float
    p99_us: float
    refused: int
    broken: int

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return self.requests / self.seconds


@dataclass(frozen=True)
class Target:
    """Somebody who answers at a base URL, and the key he wants."""

    base: str
    key: str = "sk-nobody"


class Wrk:
    """Runs wrk on the load core."""

    def __init__(self, folder: Path, core: int) -> None:
        self._folder = folder
        self._core = core

    def run(self, target: Target, kind: Kind, connections: int, seconds: float) -> Loop:
        """Keep `connections` requests in flight for `seconds`.

        Raises:
            SystemExit: an answer was no success; the figures would mean nothing.
        """
        return self._run(target, kind.name, _script(target, kind), connections, seconds)

    def mixed(self, target: Target, connections: int, seconds: float, rest_ms: float = 0.0) -> Loop:
        """Ask for a whole answer and for a stream in turn, each connection resting in between.

        Raises:
            SystemExit: an answer was no success.
        """
        more = _MIXED.format(streamed=request_body(STREAM).decode())
        if rest_ms:
            more += _RESTING.format(rest_ms=rest_ms)
        return self._run(target, "mixed", _script(target, JSON, more), connections, seconds)

    def _run(self, target: Target, name: str, text: str, connections: int, seconds: float) -> Loop:
        script = self._folder / f"{name}.lua"
        script.write_text(text)
        url = f"{target.base}/chat/completions"
        command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s"]
        command += ["--timeout", "30s", "-s", str(script), url]
        done = subprocess.run(leashed(command, self._core), check=True, capture_output=True, text=True)
        loop = loop_of(json.loads(done.stdout.rstrip().rpartition("\n")[2]))
        if loop.refused or loop.broken or not loop.requests:
            raise SystemExit(f"{name} at {target.base}: {loop}")
        return loop


def _script(target: Target, kind: Kind, more: str = "") -> str:
    return _SCRIPT.format(key=target.key, body=request_body(kind).decode(), more=more)


def loop_of(said: dict[str, Any]) -> Loop:
    """Read what the script's `done` printed."""
    return Loop(
        requests=said["requests"],
        seconds=said["micros"] / 1e6,
        p50_us=said["p50"],
        p99_us=said["p99"],
        refused=said["refused"],
        broken=said["broken"],
    )
