"""What a translated stream tells the road on its way."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage

PLAN = ClientPlan(ChatRequest(origin="openai_chat", model="m", turns=()), exchange_id="x1")
START = {"type": "message_start", "message": {"usage": {"input_tokens": 9, "output_tokens": 1}}}
OPEN = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
WORD = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hello there you"}}
CLOSE = {"type": "content_block_stop", "index": 0}
DELTA = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7}}
STOP = {"type": "message_stop"}
ERROR = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}


def sent(*events: Any) -> bytes:
    return b"".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events)


@pytest.fixture
def stream() -> Translator:
    """An upstream of Anthropic's, a client of chat."""
    return Translator(UPSTREAMS["anthropic"].decoder(UpstreamPlan()), CLIENTS["openai_chat"].encoder(PLAN))


class TestTheCommitPoint:
    def test_a_preamble_commits_nothing(self, stream: Translator) -> None:
        """Until then the exchange may still move on."""
        stream.feed(sent(START, {"type": "ping"}, OPEN))

        assert stream.begun
        assert not stream.committed

    def test_a_comment_is_no_event(self, stream: Translator) -> None:
        """A line that is kept alive says nothing yet."""
        assert stream.feed(b": keep-alive\n\n") == b""
        assert not stream.begun

    def test_words_do(self, stream: Translator) -> None:
        """What the client has cannot be taken back."""
        assert b"hello" in stream.feed(sent(START, OPEN, WORD))
        assert stream.committed

    @pytest.mark.parametrize("events", [(ERROR,), (START, ERROR)], ids=["at once", "after the preamble"])
    def test_an_error_before_it_says_nothing(self, stream: Translator, events: Any) -> None:
        """It is a failure to hide; its own words are in no dialect of the client's."""
        stream.feed(sent(*events))

        assert isinstance(stream.error, Overloaded)
        assert stream.error.body is None
        assert not stream.committed
        assert stream.feed(sent(OPEN, WORD)) == b"" == stream.finish()

    def test_bare_json_is_an_error_before_it(self, stream: Translator) -> None:
        """Some answer so although a stream was promised."""
        stream.feed(json.dumps(ERROR).encode() + b"\n\n")

        assert isinstance(stream.error, Overloaded)

    def test_garbage_is_an_error(self, stream: Translator) -> None:
        """It is no stream."""
        stream.feed(b"data: <html>\n\n")

        assert isinstance(stream.error, Garbled)


class TestTheEnd:
    def test_it_ends_with_the_terminator_of_the_client(self, stream: Translator) -> None:
        """What comes later is nobody's."""
        out = stream.feed(sent(START, OPEN, WORD, CLOSE, DELTA, STOP, ERROR))

        assert out.endswith(b"data: [DONE]\n\n")
        assert stream.ended
        assert stream.error is None
        assert stream.usage == Usage(9, 7)

    def test_a_stream_that_breaks_off_has_none(self, stream: Translator) -> None:
        """Its usage is what was delivered, and an estimate."""
        out = stream.feed(sent(START, OPEN, WORD)) + stream.finish()

        assert b"[DONE]" not in out
        assert not stream.ended
        assert stream.usage == Usage(9, 4, estimated=True)
        assert stream.delivered_tokens() == 4

    def test_half_an_event_is_waited_for(self, stream: Translator) -> None:
        """Wherever the network cuts."""
        whole = sent(START, OPEN, WORD)

        assert stream.feed(whole[:-30]) + stream.feed(whole[-30:]) == Translator(
            UPSTREAMS["anthropic"].decoder(UpstreamPlan()), CLIENTS["openai_chat"].encoder(PLAN)
        ).feed(whole)

    def test_an_event_may_be_large(self, stream: Translator) -> None:
        """A picture, or a page of JSON that comes in one piece."""
        large = {**WORD, "delta": {"type": "text_delta", "text": "x" * 10_000_000}}
        whole = sent(START, OPEN, large)
        out = b"".join(stream.feed(whole[at : at + 65_536]) for at in range(0, len(whole), 65_536))

        assert out.count(b"x") >= 10_000_000
