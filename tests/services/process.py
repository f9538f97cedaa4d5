"""One server process that lives no longer than the test run."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from tests.services.descendants import descendants, kill_and_wait

_START_SECONDS = 90
_STOP_SECONDS = 60
_POLL_SECONDS = 0.05
_LOG_TAIL = 3000

# The kernel's parent-death signal follows the thread that forked. A test may start a server again from a
# short-lived thread; all are forked from this one, which ends with the process.
_launcher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="server-launcher")


class ServerNotReady(Exception):
    """A server ended or kept silent while it should have started; carries the end of its log."""


def private_folder(name: str) -> Path:
    """Make a folder that another system user (PostgreSQL's) can walk through."""
    folder = Path(tempfile.mkdtemp(prefix=f"oblivious-{name}-"))
    folder.chmod(0o711)
    return folder


def launch(command: Sequence[str], env: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a process that ends with the test run, however that ends and whichever thread asks."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*_leash(None), *command], env=dict(env), stdout=log, stderr=subprocess.STDOUT
        )

    return _launcher.submit(start).result()


class ServerProcess:
    """A command that serves, with its folder; everything is gone after `close`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._command = [*_leash(user), *command]
        self._folder = folder
        self._ready = ready
        self._environment = {**os.environ, **(environment or {})}
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's own process id, not that of a wrapper."""
        if self._process is None:
            raise ServerNotReady(f"{self._command[-1]} is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server on the data it has, and wait until it answers.

        Raises:
            ServerNotReady: with the end of the server's log.
        """
        process = self._process = _launcher.submit(self._launch).result()
        deadline = time.monotonic() + _START_SECONDS
        while not self._ready():
            if _ended_within(process, _POLL_SECONDS) or time.monotonic() > deadline:
                self.kill()
                raise ServerNotReady(f"{self._command} did not start:\n{self._log_tail()}")

    def stop(self) -> None:
        """Ask the server to shut down, and wait until it has."""
        if self._process is not None:
            self._process.send_signal(self._stop_signal)
            self._process.wait(_STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        """Kill -9 the server and all it has started; its data stay."""
        if self._process is not None:
            family = descendants(self._process.pid)
            self._process.kill()
            self._process.wait(_STOP_SECONDS)
            kill_and_wait(family, _STOP_SECONDS)
            self._process = None

    def close(self) -> None:
        """Kill the server and remove its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _launch(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._folder,
                # Ctrl-C is pytest's; it stops the servers in its own order. A session would do the same, but
                # kernels that share cores among sessions let a server wait for seconds while the tests run.
                process_group=0,
            )

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _log_tail(self) -> str:
        return self._log.read_text(errors="replace")[-_LOG_TAIL:]


def _leash(user: str | None) -> list[str]:
    identity = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
    return ["setpriv", "--pdeathsig", "KILL", *identity, "--"]


def _ended_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
