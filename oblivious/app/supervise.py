"""Keeps a child of the server running beside the workers."""

import subprocess
import sys
import threading
import time

import structlog

_log = structlog.get_logger(__name__)

_PAUSE_FIRST_S = 0.2
_PAUSE_MOST_S = 5.0
_LIVED_S = 10.0
_LAST_S = 5.0


def ourselves(*arguments: str) -> list[str]:
    """Return a command of ours as the command line of a child, which does not outlive the server."""
    return [sys.executable, "-m", "oblivious.app.child", *arguments]


def next_pause(pause: float, lived: float) -> float:
    """Return how many seconds to wait before the next start: more each time, unless the child has lived."""
    return _PAUSE_FIRST_S if lived > _LIVED_S else min(max(_PAUSE_FIRST_S, pause * 2), _PAUSE_MOST_S)


class Supervisor:
    """Starts one child, and starts it again whenever it ends by itself, after a pause that grows."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the child, and the thread that watches it."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Let the child, if there is one, finish what it has; kill it after `seconds`."""
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is not None:
            child.terminate()
            try:
                child.wait(seconds)
            except subprocess.TimeoutExpired:
                _log.warning("child_killed", pid=child.pid, after_seconds=seconds)
                child.kill()
        if self._thread.is_alive():
            self._thread.join(_LAST_S)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.is_set():
            born = time.monotonic()
            code = self._live_once()
            if self._stopping.is_set():
                return
            _log.error("child_ended", command=self._command, code=code)
            pause = next_pause(pause, time.monotonic() - born)
            self._stopping.wait(pause)

    def _live_once(self) -> int | None:
        """Start the child and wait for its end; return its status, None if it could not be started."""
        with self._lock:
            if self._stopping.is_set():
                return None
            try:
                # In a session of its own: Ctrl-C is for the server, which ends its children in their order.
                self._child = child = subprocess.Popen(self._command, start_new_session=True)  # noqa: S603 - ours
            except OSError:
                _log.exception("child_not_started", command=self._command)
                return None
        return child.wait()
