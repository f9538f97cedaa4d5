"""What the demo has served, one line a request, for audits."""

import os
from pathlib import Path
from typing import Literal, Self

import msgspec

from oblivious.demo.usage import Usage

Ending = Literal["completed", "cut", "client_gone", "stopped"]


class Served(msgspec.Struct):
    """One request and what became of it.

    Attributes:
        attempt_id: the request's `x-request-id`; "" if it had none.
        at: when the request was whole, in seconds since 1970.
        ms: from then to the end, in milliseconds.
        dialect: as the gateway names them; all that is no dialect counts as openai_chat.
        fault: the fault that was played; "" if none was.
        status: of the head that was sent, 0 if none was.
        usage: what the answer consumed, also where it was not told; None where nothing is counted.
        usage_given: whether the usage was told before the end.
        events: events of a stream that were sent.
        output_events: those among them that carried output.
        ended: `completed`: all was sent, as far as the server can know; `cut`: a fault closed the connection;
            `client_gone`: the client did; `stopped`: the server was stopped.
        key: the last four characters of the key that was presented.
    """

    attempt_id: str
    at: float
    method: str
    path: str
    dialect: str = ""
    model: str = ""
    stream: bool = False
    key: str = ""
    fault: str = ""
    status: int = 0
    usage: Usage | None = None
    usage_given: bool = False
    events: int = 0
    output_events: int = 0
    ended: Ending = "completed"
    ms: float = 0


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Served).decode


class ServedLog:
    """Appends lines to a file without a buffer: what was appended survives the process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o644)

    def append(self, served: Served) -> None:
        """Write one line.

        Raises:
            OSError: the line could not be written, or not all of it.
        """
        line = _encode(served) + b"\n"
        if os.write(self._file, line) != len(line):
            raise OSError("the log of the demo upstream took only part of a line")

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_served(path: Path | str) -> list[Served]:
    """Read a log; a last line that is still being written is left out.

    Raises:
        FileNotFoundError: nothing was ever served with that log.
        msgspec.DecodeError: a line is not of our making.
    """
    *lines, _unfinished = Path(path).read_bytes().split(b"\n")
    return [_decode(line) for line in lines]
