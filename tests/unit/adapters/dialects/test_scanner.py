"""What scanners of all dialects have in common."""

import pytest

from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.registry import FACES, endpoint_at
from oblivious.contracts.errors import Garbled, Overloaded
from tests.fakes.events import CHAT, MESSAGES, RESPONSES, chunk, data, named, parsed

_PATHS = {"openai_chat": "chat/completions", "openai_responses": "responses", "anthropic": "messages"}
_STREAMS = {"openai_chat": CHAT, "openai_responses": RESPONSES, "anthropic": MESSAGES}
_BODY = b'{"model":"mine","stream":true,"messages":[{}],"input":"x"}'


def _scanner(dialect: str, edits: Edits = NO_EDITS) -> Stream:
    endpoint = endpoint_at(_PATHS[dialect])
    assert endpoint is not None
    face = FACES[dialect]
    return face.scanner(face.envelope(endpoint, _BODY), edits)


@pytest.mark.parametrize("dialect", _STREAMS)
class TestEveryDialect:
    def test_a_stream_passes_as_it_is(self, dialect: str) -> None:
        """Without edits, what comes back is what the upstream sent."""
        scanner = _scanner(dialect)

        assert scanner.feed(_STREAMS[dialect]) + scanner.finish() == _STREAMS[dialect]
        assert scanner.committed
        assert scanner.ended
        assert scanner.error is None
        assert scanner.usage is not None
        assert not scanner.usage.estimated

    def test_a_settled_chunk_passes_as_the_object_it_is(self, dialect: str) -> None:
        """After the commit point nothing is copied that does not matter."""
        scanner = _scanner(dialect)
        events = _STREAMS[dialect].split(b"\n\n")
        while not scanner.committed:
            scanner.feed(events.pop(0) + b"\n\n")
        delta = next(
            event for event in _STREAMS[dialect].split(b"\n\n") if b"delta" in event and b"Hel" in event
        )
        block = (delta + b"\n\n") * 3

        assert scanner.feed(block) is block

    def test_a_mapped_model_comes_back_as_the_client_wrote_it(self, dialect: str) -> None:
        """In every event that names it, and nothing else changes."""
        scanner = _scanner(dialect, Edits(model="up-model"))

        assert scanner.feed(_STREAMS[dialect]) == _STREAMS[dialect].replace(b'"up-model"', b'"mine"')

    def test_garbage_before_the_commit_point_can_be_hidden(self, dialect: str) -> None:
        """The road may try another channel."""
        scanner = _scanner(dialect)

        assert scanner.feed(b"data: <html>\n\n") == b""
        assert isinstance(scanner.error, Garbled)
        assert not scanner.committed

    def test_an_error_in_place_of_a_stream_is_seen(self, dialect: str) -> None:
        """Some answer 200, promise a stream, and send bare JSON."""
        scanner = _scanner(dialect)
        out = (
            scanner.feed(b'{"type":"error","error":{"message":"m","type":"overloaded_error"}}')
            + scanner.finish()
        )

        assert out == b""
        assert isinstance(scanner.error, Overloaded)

    def test_a_comment_is_no_content(self, dialect: str) -> None:
        """A line that is kept alive says nothing yet."""
        scanner = _scanner(dialect)

        assert scanner.feed(b": OPENROUTER PROCESSING\n\n") == b": OPENROUTER PROCESSING\n\n"
        assert not scanner.begun
        assert not scanner.committed

    def test_a_stream_that_breaks_off_never_ended(self, dialect: str) -> None:
        """Half an event is dropped: what we append must stand alone."""
        scanner = _scanner(dialect)
        cut = _STREAMS[dialect][: len(_STREAMS[dialect]) * 2 // 3]
        out = scanner.feed(cut) + scanner.finish()

        assert out == cut[: cut.rindex(b"\n\n") + 2]
        assert not scanner.ended

    def test_delivered_text_is_estimated(self, dialect: str) -> None:
        """A long stream counts about a token for four bytes of text, from a bounded sample."""
        scanner = _scanner(dialect)
        head, delta = _speaking(dialect)
        scanner.feed(head)
        for _ in range(2_000):
            scanner.feed(delta)

        assert 2_000 * 0.9 < scanner.delivered_tokens() < 2_000 * 1.2
        assert scanner.delivered_tokens() == scanner.delivered_tokens()

    def test_a_burst_counts_as_much_as_its_pieces(self, dialect: str) -> None:
        """Chunks of any size are weighed alike."""
        scanner = _scanner(dialect)
        head, delta = _speaking(dialect)
        scanner.feed(head + delta * 50)
        scanner.feed(delta * 1_950)

        assert 2_000 * 0.9 < scanner.delivered_tokens() < 2_000 * 1.2


class TestDeliveredTokens:
    def test_nothing_delivered_is_nothing(self) -> None:
        """Before the first word."""
        assert _scanner("openai_chat").delivered_tokens() == 0

    def test_images_are_no_text(self) -> None:
        """A megabyte of base64 is not a quarter of a million tokens."""
        scanner = _scanner("openai_responses")
        scanner.feed(named({"type": "response.output_text.delta", "delta": "word"}) * 20)
        before = scanner.delivered_tokens()
        scanner.feed(
            named({"type": "response.image_generation_call.partial_image", "partial_image_b64": "A" * 2**20})
        )

        assert scanner.delivered_tokens() - before < 50


class TestFinish:
    def test_a_last_event_without_its_blank_line_counts(self) -> None:
        """`[DONE]` at the very end is an end."""
        scanner = _scanner("openai_chat")
        out = scanner.feed(CHAT.rstrip(b"\n")) + scanner.finish()

        assert out == CHAT.rstrip(b"\n")
        assert scanner.ended

    def test_a_whole_event_is_completed_if_more_must_follow(self) -> None:
        """An error event can't be glued to the line before it."""
        scanner = _scanner("openai_chat")
        event = data(chunk({"content": "a"}))
        out = scanner.feed(event.rstrip(b"\n")) + scanner.finish()

        assert out == event
        assert parsed(out + b"data: {}\n\n")[1] == ("", "{}")


def _speaking(dialect: str) -> tuple[bytes, bytes]:
    """Return what comes before the text of a stream, and one delta of four bytes."""
    events = [event + b"\n\n" for event in _STREAMS[dialect].split(b"\n\n")]
    at = next(i for i, event in enumerate(events) if b"Hel" in event)
    return b"".join(events[:at]), events[at].replace(b'"Hello"', b'"word"').replace(b'"Hel"', b'"word"')
