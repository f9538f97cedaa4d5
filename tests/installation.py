"""A whole installation as its operator has it: the command, its folder, its servers, started and ended."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner

from tests.services.descendants import below, descendants, kill_and_wait
from tests.services.ports import free_port
from tests.services.process import launch

COMMAND = Path(__file__).parents[1] / ".venv" / "bin" / "oblivious"
SECRET = "a secret key for tests only"

_READY_SECONDS = 60
_STOP_SECONDS = 90
_POLL_SECONDS = 0.05

# A command in this process borrows its environment and its standard output.
_one_at_a_time = threading.Lock()


class NotReady(Exception):
    """A process did not come up; carries the end of what it said."""


class Part:
    """One long-running process of an installation: a server, a worker, a demo upstream."""

    def __init__(self, arguments: list[str], env: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = launch([str(COMMAND), *arguments], env, out)

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self.process.pid

    def children(self) -> list[int]:
        """The number of every process below it."""
        return list(below(self.pid))

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end in order; return its exit code."""
        self.process.send_signal(sent)
        return self.process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        """Kill -9 the process alone; its children are on their own."""
        self.process.kill()
        self.process.wait(_STOP_SECONDS)

    def close(self) -> None:
        """End it and all below it, whatever state they are in."""
        children = descendants(self.pid)
        self.kill()
        kill_and_wait(children, _STOP_SECONDS)

    def said(self) -> str:
        """What it has written so far."""
        return self.log.read_text(errors="replace")


class Installation:
    """One data folder, one set of settings, and the processes that run on them."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parts: list[Part] = []
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "OBLIVIOUS_DATA_DIR": str(folder / "var"),
            "OBLIVIOUS_PORT": str(self.port),
            "OBLIVIOUS_SECRET_KEY": SECRET,
            **(settings or {}),
        }

    def run(self, *arguments: str) -> Any:
        """Run a command with `--json`; return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [str(COMMAND), *arguments, "--json"],
            env=self.env, cwd=self.folder, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"{arguments} failed: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def do(self, *arguments: str) -> Any:
        """Run a command as `run` does, but in this process: quicker, for setting up."""
        from oblivious.app.cli import main  # noqa: PLC0415 - the whole product, and few tests need it

        with _one_at_a_time:
            done = CliRunner().invoke(main, [*arguments, "--json"], env=self.env, catch_exceptions=False)
        if done.exit_code:
            raise AssertionError(f"{arguments} failed: {done.output}")
        return json.loads(done.stdout)

    def migrate(self) -> None:
        """Bring the database up to date."""
        command = [str(COMMAND), "migrate"]
        subprocess.run(command, env=self.env, cwd=self.folder, check=True, timeout=60)  # noqa: S603 - ours

    def part(self, *arguments: str, **settings: str) -> Part:
        """Start one more process of this installation."""
        log = self.folder / f"{arguments[0]}-{len(self.parts)}.log"
        part = Part(list(arguments), {**self.env, **settings}, log)
        self.parts.append(part)
        return part

    def serve(self, *arguments: str) -> Part:
        """Start the gateway and wait until it answers."""
        part = self.part("serve", *arguments)
        self.wait_ready(part)
        return part

    def demo(self, *arguments: str) -> str:
        """Start a demo upstream in a process of its own; return its URL."""
        port = free_port()
        part = self.part("demo-upstream", "--port", str(port), *arguments)
        wait_until(lambda: "listens on" in part.said(), part)
        return f"http://127.0.0.1:{port}"

    def wait_ready(self, part: Part) -> None:
        """Wait until the gateway says that it can serve."""
        wait_until(self._is_ready, part)

    def usage(self, limit: int = 100_000) -> list[dict[str, Any]]:
        """Every usage row, the newest first."""
        rows: list[dict[str, Any]] = self.run("usage", "list", "--limit", str(limit))
        return rows

    def close(self) -> None:
        """End every process."""
        for part in reversed(self.parts):
            part.close()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=1).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def wait_until(holds: Any, part: Part | None = None, seconds: float = _READY_SECONDS) -> None:
    """Wait until `holds()` is true.

    Raises:
        NotReady: it was not in time, or the process that should make it true has ended.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if part is not None and part.process.poll() is not None:
            raise NotReady(f"ended with {part.process.returncode}: {part.said()[-3000:]}")
        if time.monotonic() > deadline:
            raise NotReady(part.said()[-3000:] if part is not None else "it did not come true in time")
        time.sleep(_POLL_SECONDS)


@contextmanager
def installed(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Installation]:
    """Set up an installation with an empty, migrated database; everything it started ends with it."""
    installation = Installation(folder, settings)
    try:
        installation.migrate()
        yield installation
    finally:
        installation.close()
