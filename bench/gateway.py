"""The gateway as an operator has it, everything on: account, limits, prices, journal, logs, metrics."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from bench.cores import IDLE_NICE, Cores, family, leashed, move
from bench.exchanges import KINDS, USD_PER_MILLION_INPUT, USD_PER_MILLION_OUTPUT, Kind
from bench.servers import Servers
from bench.waiting import wait_until
from bench.wrk import Target
from tests.services.ports import free_port

COMMAND = (str(Path(sys.executable).parent / "oblivious"),)
STOPWATCH = (sys.executable, "-m", "bench.timed_serve")

_EMAIL = "bench@example.org"
_LIMIT = str(2**31 - 1)
_STOP_SECONDS = 120
_TAIL = 3000
_NOTHING: Mapping[str, str] = {}


class Gateway:
    """One gateway process on the measured core; its server, shipper and settlement worker on the other."""

    def __init__(self, folder: Path, cores: Cores, env: dict[str, str]) -> None:
        self.folder = folder
        self.port = int(env["OBLIVIOUS_PORT"])
        self.key = ""
        self._cores = cores
        self._env = env
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def target(self) -> Target:
        """Where its clients go."""
        return Target(f"http://127.0.0.1:{self.port}/v1", self.key)

    def run(self, *arguments: str) -> Any:
        """Run a command to its end; return what it printed as JSON.

        Raises:
            SystemExit: it failed; says what it said.
        """
        command = [*COMMAND, *arguments]
        done = subprocess.run(
            command, env=self._env, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{arguments} failed: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def furnish(self, base: Callable[[Kind], str]) -> None:
        """Make the account, its key with every limit, and a priced model with its channel for each kind."""
        self.run("migrate")
        self.run("user", "create", "--email", _EMAIL)
        self.run("account", "credit", "--email", _EMAIL, "--usd", "1000000")
        limits = ["--rpm", _LIMIT, "--tpm", _LIMIT, "--concurrency", "100000"]
        self.key = self.run("key", "create", "--name", "bench", "--user", _EMAIL, *limits, "--json")["key"]
        for kind in KINDS:
            rates = ["--input", USD_PER_MILLION_INPUT, "--output", USD_PER_MILLION_OUTPUT]
            self.run("price", "set", kind.name, *rates)
            channel = ["--name", kind.name, "--models", kind.name, "--provider", "openai"]
            self.run("channel", "add", *channel, "--base-url", base(kind), "--api-key", "sk-upstream")

    def start(self, serve: Sequence[str] = COMMAND, more: Mapping[str, str] = _NOTHING) -> None:
        """Start the server, with `more` in its environment, and the settlement worker; wait for both."""
        self._start("serve", [*serve, "serve"], more=more)
        self._start("worker", [*COMMAND, "worker"], nice=IDLE_NICE)
        try:
            wait_until(self._is_ready)
        except TimeoutError:
            raise SystemExit(f"the gateway is not ready: {self._said('serve')}") from None
        for pid in self.measured():
            move(pid, self._cores.measured)

    def stop(self) -> None:
        """Let the server and then the settlement worker finish what they have."""
        for name in ("serve", "worker"):
            process = self._running.pop(name)
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        """End what still runs; each takes its children along."""
        for process in self._running.values():
            process.kill()
            process.wait()

    def measured(self) -> list[int]:
        """Return the gateway process, which serves the requests."""
        return [pid for pid in family(self._running["serve"].pid) if b"spawn_main" in _command_line(pid)]

    def beside(self) -> list[int]:
        """Return the server's other processes: the one that started all, and the shipper."""
        return [pid for pid in family(self._running["serve"].pid) if pid not in self.measured()]

    def settling(self) -> list[int]:
        """Return the settlement worker."""
        return family(self._running["worker"].pid)

    def log_bytes(self) -> int:
        """Return how much the log lines weigh."""
        return sum(log.stat().st_size for log in self.folder.glob("*.out"))

    def drop_logs(self) -> None:
        """Forget the log lines so far: a run writes gigabytes."""
        for log in self.folder.glob("*.out"):
            os.truncate(log, 0)

    def _start(
        self, name: str, command: Sequence[str], *, nice: int = 0, more: Mapping[str, str] = _NOTHING
    ) -> None:
        with (self.folder / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(
                leashed(command, self._cores.load, nice),
                env={**self._env, **more},
                cwd=self.folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def _said(self, name: str) -> str:
        return (self.folder / f"{name}.out").read_text(errors="replace")[-_TAIL:]

    def _is_ready(self) -> bool:
        for name, process in self._running.items():
            if process.poll() is not None:
                raise SystemExit(f"{name} ended with {process.returncode}: {self._said(name)}")
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False


@contextmanager
def gateway(
    folder: Path, cores: Cores, servers: Servers, certificate: Path, base: Callable[[Kind], str]
) -> Iterator[Gateway]:
    """Furnish an installation; nothing runs yet, and nothing runs after."""
    folder.mkdir()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "HOME": str(folder),
        "SSL_CERT_FILE": str(certificate),
        "OBLIVIOUS_DATA_DIR": str(folder / "var"),
        "OBLIVIOUS_PORT": str(free_port()),
        "OBLIVIOUS_SECRET_KEY": "the secret of a bench",
        "OBLIVIOUS_DATABASE_URL": servers.database_url,
        "OBLIVIOUS_REDIS_URL": servers.redis.url,
        "OBLIVIOUS_AMQP_URL": servers.rabbitmq.url,
    }
    made = Gateway(folder, cores, env)
    made.furnish(base)
    try:
        yield made
    finally:
        made.kill()


def _command_line(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
