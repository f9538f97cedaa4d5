"""Log lines: structlog to stdout, handed to a thread so that a blocked pipe never blocks the loop."""

import atexit
import logging.config
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, BinaryIO

import msgspec
import structlog

_encode = msgspec.json.Encoder(enc_hook=str).encode
_MAX_WAITING_BYTES = 16 * 1024 * 1024
_PAUSE_S = 0.05


class LineWriter:
    """Collects lines and writes them from its own thread, many at once.

    When stdout takes nothing for so long that more than 16 MiB wait, further lines are dropped and counted.
    """

    def __init__(self, out: BinaryIO) -> None:
        self.dropped = 0
        self._out = out
        self._lines: list[bytes] = []
        self._waiting = 0
        self._some = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def msg(self, line: bytes) -> None:
        """Take one line; never blocks."""
        if self._waiting > _MAX_WAITING_BYTES:
            self.dropped += 1
            return
        self._lines.append(line)
        self._waiting += len(line)
        if not self._some.is_set():
            self._some.set()

    debug = info = warning = error = critical = exception = msg

    def close(self) -> None:
        """Write what waits and stop the thread."""
        self._stop.set()
        self._some.set()
        self._thread.join(timeout=2)
        atexit.unregister(self.close)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._some.wait()
            self._stop.wait(_PAUSE_S)
            self._some.clear()
            self._flush()
        self._flush()

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if not lines:
            return
        self._waiting = 0
        try:
            self._out.write(b"\n".join(lines) + b"\n")
            self._out.flush()
        except (OSError, ValueError):
            self.dropped += len(lines)


def log_record(writer: LineWriter, form: str, event: str, record: msgspec.Struct) -> None:
    """Write a typed record as one line.

    A line for every exchange is worth a short cut: as JSON it is encoded in one go, a tenth of what
    structlog's processors take.
    """
    if form == "json":
        writer.msg(_encode(record))
    else:
        structlog.get_logger().info(event, **msgspec.structs.asdict(record))


class LineWriterFactory:
    """structlog asks for a logger at every bind; all share one writer."""

    def __init__(self, writer: LineWriter) -> None:
        self._writer = writer

    def __call__(self, *_args: object) -> LineWriter:
        """Return the one writer."""
        return self._writer


def _as_json(_logger: object, _name: str, event: MutableMapping[str, Any]) -> bytes:
    return _encode(event)


def _as_text(logger: object, name: str, event: MutableMapping[str, Any]) -> bytes:
    return _CONSOLE(logger, name, event).encode()


_CONSOLE = structlog.dev.ConsoleRenderer(colors=False)
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def library_logs(form: str) -> dict[str, Any]:
    """Return a `logging` configuration for libraries that have their own lines: warnings, in our form."""
    text = "%(asctime)s [%(levelname)s] %(message)s"
    line = '{"timestamp":"%(asctime)s","event":"%(name)s","level":"%(levelname)s","message":"%(message)s"}'
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"format": line if form == "json" else text}},
        "handlers": {
            "stdout": {"class": "logging.StreamHandler", "formatter": "ours", "stream": "ext://sys.stdout"}
        },
        "root": {"handlers": ["stdout"], "level": "WARNING"},
        "loggers": {"_granian": {"handlers": ["stdout"], "level": "INFO", "propagate": False}},
    }


def configure_logs(level: str, form: str, out: BinaryIO | None = None) -> LineWriter:
    """Send every structlog line of this process to stdout, as `json` or for a `console`."""
    logging.config.dictConfig(library_logs(form))
    writer = LineWriter(out or sys.stdout.buffer)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _as_json if form == "json" else _as_text,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=LineWriterFactory(writer),
    )
    return writer
