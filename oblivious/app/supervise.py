"""Keeps the shipper running beside the workers."""

import subprocess
import sys
import threading
import time

import structlog

_log = structlog.get_logger(__name__)

_PAUSE_FIRST_S = 0.2
_PAUSE_MOST_S = 5.0
_LIVED_S = 10.0


class Supervisor:
    """Starts one child, and starts it again whenever it ends by itself, after a pause that grows."""

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = [sys.executable, "-m", "oblivious.app.child", *arguments]
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the child, and the thread that watches it."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Let the child finish what it has; kill it after `seconds`."""
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
        self._thread.join(_LIVED_S)

    def _run(self) -> None:
        pause = _PAUSE_FIRST_S
        while not self._stopping.is_set():
            born = time.monotonic()
            with self._lock:
                if self._stopping.is_set():
                    return
                # In a session of its own: Ctrl-C is for the server, which ends its children in their order.
                child = self._child = subprocess.Popen(  # noqa: S603 - ourselves
                    self._arguments, start_new_session=True
                )
            code = child.wait()
            if self._stopping.is_set():
                return
            _log.error("child_ended", arguments=self._arguments[3:], code=code)
            pause = _PAUSE_FIRST_S if time.monotonic() - born > _LIVED_S else min(pause * 2, _PAUSE_MOST_S)
            self._stopping.wait(pause)
