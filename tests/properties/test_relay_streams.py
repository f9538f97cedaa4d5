"""However the network cuts a stream, the same bytes and the same facts come out."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.adapters import sse
from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.registry import FACES, endpoint_at
from oblivious.contracts.errors import RelayError
from tests.fakes.events import CHAT, MESSAGES, RESPONSES, USAGE, Json, chunk, parsed

_PATHS = {"openai_chat": "chat/completions", "openai_responses": "responses", "anthropic": "messages"}
_BODY = b'{"model":"mine","stream":true,"messages":[{}],"input":"x"}'
_EDITS = (
    NO_EDITS,
    Edits(include_usage=True),
    Edits(model="up-model"),
    Edits(model="up-model", include_usage=True),
)
_ENDS = (b"\n", b"\r\n", b"\r")
_BREAK = rb"(?:\r\n|\n|\r(?!\n))"
_BLANK_LINE = re.compile(_BREAK + rb"(?:\r\n|\n|\r(?!\n|\Z))")
"""A CR at the very end may be half of a CRLF, and ends nothing yet."""

_words = st.sampled_from(
    [
        "a",
        "é",
        "error",
        '"error"',
        "max_tokens",
        'x_tokens"',
        "[DONE]",
        "data: [DONE]",
        "message_stop",
        "\n\n",
        "\r",
    ]
)
_deltas = st.one_of(
    st.builds(lambda text: chunk({"content": text}), _words),
    st.builds(lambda model, at: chunk({"content": "b"}, model=model, created=at), _words, st.integers(1, 2)),
    st.just(chunk({"role": "assistant", "content": ""})),
    st.just(chunk({}, "stop", usage=USAGE)),
    st.just({**chunk(), "choices": [], "usage": USAGE}),
    st.just(chunk({"content": "x"}, usage=None, error=None)),
    st.just({"error": {"message": "m", "code": "server_error"}}),
)
_blocks = st.one_of(
    st.builds(lambda text: {"type": "content_block_delta", "delta": {"text": text}}, _words),
    st.sampled_from([json.loads(data) for _, data in parsed(MESSAGES)]),
    st.just({"type": "error", "error": {"type": "overloaded_error", "message": "m"}}),
)
_items = st.one_of(
    st.builds(lambda text: {"type": "response.output_text.delta", "delta": text}, _words),
    st.sampled_from([json.loads(data) for _, data in parsed(RESPONSES)]),
    st.just({"type": "error", "code": "x", "message": "m"}),
)
_values = {"openai_chat": _deltas, "openai_responses": _items, "anthropic": _blocks}
_noise = st.sampled_from(
    [b": comment", b"", b"id: 7", b"retry: 1", b"data: [DONE]", b"data: nonsense", b"event: x"]
)


@st.composite
def _streams(draw: st.DrawFn, dialect: str) -> bytes:
    """Draw a stream: events of the dialect and noise, with any line ends, perhaps cut short."""
    end = draw(st.sampled_from(_ENDS))
    pieces = [b"\xef\xbb\xbf" if draw(st.booleans()) else b""]
    for value in draw(st.lists(st.one_of(_values[dialect], _noise), max_size=8)):
        pieces.append(value if isinstance(value, bytes) else _written(draw, value, end))
        pieces.append(draw(st.sampled_from([end + end, end + end + end, end + end])))
    stream = b"".join(pieces)
    return stream[: draw(st.integers(0, len(stream)))] if draw(st.booleans()) else stream


def _written(draw: st.DrawFn, value: Json, end: bytes) -> bytes:
    text = json.dumps(value, indent=1 if draw(st.booleans()) else None).encode()
    space = b" " if draw(st.booleans()) else b""
    return b"event: x" + end + end.join(b"data:" + space + line for line in text.split(b"\n"))


def _scanner(dialect: str, edits: Edits) -> Stream:
    endpoint = endpoint_at(_PATHS[dialect])
    assert endpoint is not None
    face = FACES[dialect]
    return face.scanner(face.envelope(endpoint, _BODY), edits)


def _scanned(dialect: str, edits: Edits, chunks: list[bytes]) -> tuple[Any, ...]:
    scanner = _scanner(dialect, edits)
    out = b"".join([*(scanner.feed(chunk) for chunk in chunks), scanner.finish()])
    usage = scanner.usage
    counted = usage if usage is None or not usage.estimated else usage.input_tokens
    return out, scanner.committed, scanner.ended, type(scanner.error), counted, scanner.bindings


@pytest.mark.parametrize("dialect", _PATHS)
class TestSplits:
    @settings(max_examples=80, deadline=None)
    @given(draw=st.data())
    def test_cuts_change_nothing(self, dialect: str, draw: st.DataObject) -> None:
        """Bytes, commit, end, error, usage and bindings are those of the whole stream."""
        stream = draw.draw(_streams(dialect))
        edits = draw.draw(st.sampled_from(_EDITS))
        cuts = draw.draw(st.lists(st.integers(0, len(stream)), max_size=12))
        places = [0, *sorted(cuts), len(stream)]
        pieces = [stream[a:b] for a, b in pairwise(places)]

        assert _scanned(dialect, edits, pieces) == _scanned(dialect, edits, [stream])

    @settings(max_examples=30, deadline=None)
    @given(draw=st.data())
    def test_byte_by_byte_is_the_same(self, dialect: str, draw: st.DataObject) -> None:
        """The finest cut of all."""
        stream = draw.draw(_streams(dialect))

        assert _scanned(dialect, NO_EDITS, [bytes([byte]) for byte in stream]) == _scanned(
            dialect, NO_EDITS, [stream]
        )

    @settings(max_examples=80, deadline=None)
    @given(stream=st.binary(max_size=400), cut=st.integers(0, 400))
    def test_random_bytes_raise_nothing_but_our_errors(self, dialect: str, stream: bytes, cut: int) -> None:
        """A provider can send anything."""
        try:
            _scanned(dialect, Edits(model="m", include_usage=True), [stream[:cut], stream[cut:]])
        except RelayError:
            return

    @settings(max_examples=50, deadline=None)
    @given(draw=st.data())
    def test_without_edits_what_is_whole_passes_as_it_is(self, dialect: str, draw: st.DataObject) -> None:
        """Every event the client gets is one the upstream sent, in its order, until an error.

        Chat may get a terminator besides, where the upstream forgot it.
        """
        stream = draw.draw(_streams(dialect))
        sent, got = parsed(stream), parsed(_scanned(dialect, NO_EDITS, [stream])[0])
        if dialect == "openai_chat" and got[-1:] == [("", "[DONE]")] and got != sent[: len(got)]:
            got.pop()

        assert sent[: len(got)] == got


def test_known_streams_at_every_cut() -> None:
    """Two pieces, every place."""
    for dialect, stream in (("openai_chat", CHAT), ("openai_responses", RESPONSES), ("anthropic", MESSAGES)):
        for edits in _EDITS:
            whole = _scanned(dialect, edits, [stream])
            for cut in range(len(stream)):
                assert _scanned(dialect, edits, [stream[:cut], stream[cut:]]) == whole


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["a", "data: b", "\r", "\n", "\r\n", "\r\n\r\n", "\n\n"]), max_size=12))
def test_events_end_at_blank_lines_of_every_kind(pieces: list[str]) -> None:
    """Streams of one kind of line end are cut faster, and in the same places."""
    block = "".join(pieces).encode()
    ends = [found.end() for found in _BLANK_LINE.finditer(block)]
    cut = [block[begin:end] for begin, end in pairwise([0, *ends, len(block)]) if begin != end]

    assert sse.events(block) == cut
