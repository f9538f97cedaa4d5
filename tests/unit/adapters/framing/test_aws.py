"""Binary messages as events; the demo's writer makes them, which shares nothing with what reads them."""

import base64
import json
from typing import Any

import pytest

from oblivious.adapters import sse
from oblivious.adapters.chat.events import Failed
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.anthropic.stream import MessagesReader
from oblivious.adapters.dialects.bedrock.translate.decoder import ConverseDecoder
from oblivious.adapters.framing.aws import EventStream
from oblivious.contracts.errors import (
    Garbled,
    Overloaded,
    Refused,
    TimedOut,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.demo.dialects.bedrock.frames import event_frame, exception_frame

STOP = {"type": "message_stop"}
CHUNK = {"bytes": base64.b64encode(json.dumps(STOP).encode()).decode(), "p": "abc"}


def whole(*pieces: bytes) -> bytes:
    stream = EventStream()
    return b"".join(map(stream.push, pieces)) + stream.rest()


class TestEventStream:
    def test_an_event_is_named_by_its_type(self) -> None:
        """An object with one member."""
        assert whole(event_frame("metadata", {"a": 1})) == b'data: {"metadata":{"a":1}}\n\n'

    def test_an_invoked_model_speaks_for_itself(self) -> None:
        """In events of its own dialect, with their names."""
        assert whole(event_frame("chunk", CHUNK)) == (
            b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
        )

    @pytest.mark.parametrize("size", [1, 2, 7, 64])
    def test_any_split_is_the_same(self, size: int) -> None:
        """Wherever the network cuts."""
        sent = event_frame("messageStart", {"role": "assistant"}) + event_frame("chunk", CHUNK)
        pieces = [sent[at : at + size] for at in range(0, len(sent), size)]

        assert whole(*pieces) == whole(sent)

    def test_an_unfinished_message_is_none(self) -> None:
        """The stream lacks its end, which the reader of its events sees."""
        assert whole(event_frame("metadata", {})[:-1]) == b""

    @pytest.mark.parametrize(
        "sent",
        [
            pytest.param(event_frame("metadata", {"a": 1})[:-1] + b"\0", id="checksum"),
            pytest.param(b"\0\0\0\x10" + b"\0" * 12, id="prelude"),
            pytest.param(b"data: {}\n\n" * 3, id="no message"),
            pytest.param(event_frame("chunk", {"bytes": "%%%"}), id="no base64"),
            pytest.param(event_frame("chunk", {}), id="no bytes"),
        ],
    )
    def test_what_is_broken(self, sent: bytes) -> None:
        """It is no message of ours, whatever botocore calls it."""
        with pytest.raises(Garbled):
            whole(sent)


@pytest.mark.parametrize(
    ("kind", "leaf"),
    [
        ("throttlingException", UpstreamRateLimited),
        ("serviceUnavailableException", Overloaded),
        ("internalServerException", Overloaded),
        ("modelStreamErrorException", Overloaded),
        ("modelTimeoutException", TimedOut),
        ("validationException", Refused),
        ("nobodyKnowsException", Overloaded),
    ],
)
def test_an_exception_is_the_right_error(kind: str, leaf: type[UpstreamError]) -> None:
    """For who reads Claude's stream, and for who reads Converse."""
    (event,) = sse.events(whole(exception_frame(kind, {"message": "no"})))
    data = sse.data_of(event)
    assert data is not None
    claude = MessagesReader(model=None)
    claude.read(data)
    told: Any = list(ConverseDecoder(UpstreamPlan()).feed(data))

    assert isinstance(claude.error, leaf)
    assert isinstance(told[0], Failed)
    assert isinstance(told[0].error, leaf)
    assert told[0].error.message == "no"
