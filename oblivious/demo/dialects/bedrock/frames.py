"""Amazon's event stream: the binary messages in which Bedrock streams.

Source: the AWS SDK's specification of `vnd.amazon.eventstream`, read 2026-11.
"""

from binascii import crc32
from struct import pack

from oblivious.demo.reply import Json, encode

_STRING = 7
_AROUND = 16
_JSON = {":content-type": "application/json"}


def event_frame(kind: str, value: Json) -> bytes:
    """Return the message of an event."""
    return _frame({":event-type": kind, **_JSON, ":message-type": "event"}, encode(value))


def exception_frame(kind: str, value: Json) -> bytes:
    """Return the message of an exception, which ends a stream."""
    return _frame({":exception-type": kind, **_JSON, ":message-type": "exception"}, encode(value))


def _frame(headers: dict[str, str], payload: bytes) -> bytes:
    head = b"".join(_header(name.encode(), value.encode()) for name, value in headers.items())
    sizes = pack(">II", len(head) + len(payload) + _AROUND, len(head))
    message = sizes + pack(">I", crc32(sizes)) + head + payload
    return message + pack(">I", crc32(message))


def _header(name: bytes, value: bytes) -> bytes:
    return pack(">B", len(name)) + name + pack(">BH", _STRING, len(value)) + value
