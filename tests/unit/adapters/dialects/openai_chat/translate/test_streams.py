"""The stream of chat completions to neutral events and back."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletionChunk

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Failed,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.parts import Citation, Image, Opaque, Reasoning, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State, read
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_CLIENT, CHAT_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage

USAGE = Usage(10, 4)


def heard(*chunks: Any, done: bool = True) -> list[ChatEvent]:
    """Decode chunks; each is a delta, or a whole chunk if it has choices or usage."""
    decoder = CHAT_UPSTREAM.decoder(UpstreamPlan())
    events: list[ChatEvent] = []
    for chunk in chunks:
        whole = (
            chunk
            if {"choices", "usage", "error"} & chunk.keys()
            else {"choices": [{"index": 0, "delta": chunk}]}
        )
        events += decoder.feed(json.dumps(whole).encode())
    if done:
        events += decoder.feed(b"[DONE]")
    return [*events, *decoder.finish()]


def finish(reason: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def called(index: int | None, **call: Any) -> dict[str, Any]:
    return {"tool_calls": [call if index is None else {"index": index, **call}]}


def told(events: Iterable[ChatEvent], *, wants_usage: bool = False) -> list[Any]:
    """Encode events; OpenAI's own types must take every chunk. `[DONE]` is None."""
    request = ChatRequest(origin="openai_chat", model="the-model", turns=())
    encoder = CHAT_CLIENT.encoder(ClientPlan(request, wants_usage=wants_usage, exchange_id="x1", created=5))
    written = b"".join(encoder.feed(event) for event in events)
    data = [piece.removeprefix(b"data: ") for piece in written.split(b"\n\n")[:-1]]
    chunks = [None if piece == b"[DONE]" else json.loads(piece) for piece in data]
    for chunk in chunks:
        # The SDK's types know no streamed call of a custom tool, though the API has it.
        if chunk is not None and '"custom"' not in json.dumps(chunk):
            ChatCompletionChunk.model_validate(chunk, strict=True)
    return chunks


def deltas(events: Iterable[ChatEvent]) -> list[Any]:
    return [choice["delta"] for chunk in told(events) if chunk for choice in chunk["choices"]]


class TestHearing:
    def test_words(self) -> None:
        """One part, in pieces."""
        usage = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 4}}

        assert heard(
            {"role": "assistant", "content": ""}, {"content": "a"}, {"content": "b"}, finish("length"), usage
        ) == [
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Grown(0, 0, "b"),
            Closed(0, 0),
            Finished(0, Finish.LENGTH),
            Counted(USAGE),
            Ended(),
        ]

    def test_thoughts_come_before_words(self) -> None:
        """Each is a part of its own, and the state closes the thoughts."""
        details = {"reasoning_details": [{"index": 0, "type": "reasoning.text", "text": "h"}]}
        events = heard(
            {"reasoning": "h", **details},
            {"reasoning": "m", "reasoning_details": [{"index": 0, "text": "m", "signature": "s"}]},
            {"content": "a"},
            finish("stop"),
        )

        assert [type(event) for event in events] == [
            Opened, Grown, Grown, Signed, Closed, Opened, Grown, Closed, Finished, Ended,
        ]  # fmt: skip
        assert events[3] == Signed(
            0, 0, State("openai_chat", '[{"index":0,"type":"reasoning.text","text":"hm","signature":"s"}]')
        )

    def test_thoughts_in_chunks_of_content(self) -> None:
        """Mistral's."""
        thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
        events = heard({"content": [thought]}, {"content": "a"}, finish("stop"))

        assert [event.text for event in events if isinstance(event, Grown)] == ["hm", "a"]
        assert [event.value for event in events if isinstance(event, Opened)] == [Reasoning(), Text()]

    def test_sources_beside_the_choices(self) -> None:
        """Perplexity repeats them, and all that was said, in every chunk."""
        beside = {"citations": ["https://a.test", "https://b.test"]}
        cited = {"annotations": [{"type": "url_citation", "url_citation": {"url": "https://a.test"}}]}
        events = heard(
            {"choices": [{"index": 0, "delta": {"content": "a"}}], **beside},
            {"choices": [{"index": 0, "delta": cited}], **beside},
            {
                "choices": [{"index": 0, "delta": {}, "message": {"content": "a"}, "finish_reason": "stop"}],
                **beside,
            },
        )

        assert [event.text for event in events if isinstance(event, Grown)] == ["a"]
        assert [event.citation.url for event in events if isinstance(event, Cited)] == beside["citations"]
        assert [type(event) for event in events[-3:]] == [Closed, Finished, Ended]

    def test_calls_interleave(self) -> None:
        """Each has its own part until the end."""
        assert heard(
            called(0, id="a", function={"name": "f", "arguments": ""}),
            called(1, id="b", function={"name": "g", "arguments": "{"}),
            called(0, function={"arguments": "{}"}),
            called(1, function={"arguments": "}"}),
            finish("stop"),
        ) == [
            Opened(0, 0, ToolCall(id="a", name="f")),
            Opened(0, 1, ToolCall(id="b", name="g")),
            Grown(0, 1, "{"),
            Grown(0, 0, "{}"),
            Grown(0, 1, "}"),
            Closed(0, 0),
            Closed(0, 1),
            Finished(0, Finish.TOOL_CALLS),
            Ended(),
        ]

    def test_calls_without_an_index(self) -> None:
        """By their ids, and what has none belongs to the last one."""
        events = heard(
            called(None, id="a", function={"name": "f", "arguments": "{"}),
            called(None, function={"arguments": "}"}),
            called(None, id="b", function={"name": "g", "arguments": {"x": 1}}),
            finish("tool_calls"),
        )

        assert [(event.part, event.text) for event in events if isinstance(event, Grown)] == [
            (0, "{"),
            (0, "}"),
            (1, '{"x":1}'),
        ]

    def test_choices_are_kept_apart(self) -> None:
        """Each numbers its own parts."""
        both = [{"index": n, "delta": {"content": "ab"[n]}, "finish_reason": "stop"} for n in (0, 1)]
        events = heard({"choices": both})

        assert [(event.choice, event.part) for event in events if isinstance(event, Grown)] == [
            (0, 0),
            (1, 0),
        ]

    def test_a_stream_that_only_breaks_off_has_no_end(self) -> None:
        """It is never dressed up as complete."""
        assert Ended() not in heard({"content": "a"}, done=False)

    def test_a_vendor_may_forget_the_terminator(self) -> None:
        """It has said why every choice ended."""
        assert heard({"content": "a"}, finish("stop"), done=False) == heard({"content": "a"}, finish("stop"))

    def test_a_vendor_may_forget_why_it_ended(self) -> None:
        """The end is said all the same."""
        assert heard({"content": "a"})[-3:] == [Closed(0, 0), Finished(0, Finish.STOP), Ended()]

    @pytest.mark.parametrize(
        ("data", "error"),
        [(b"{", Garbled), (b'{"error":{"message":"x","type":"server_error"}}', Overloaded)],
    )
    def test_what_is_no_chunk(self, data: bytes, error: type[Exception]) -> None:
        """It is a failure, not an exception."""
        (event,) = CHAT_UPSTREAM.decoder(UpstreamPlan()).feed(data)

        assert isinstance(event, Failed)
        assert type(event.error) is error

    def test_pictures_refusals_and_sources(self) -> None:
        """The rarer things."""
        cited = {"annotations": [{"type": "url_citation", "url_citation": {"url": "https://a.test"}}]}
        picture = {"images": [{"image_url": {"url": "data:image/png;base64,aGk="}}]}
        events = heard({"content": "a"}, cited, picture, {"refusal": "no"}, finish("stop"))

        assert [event.citation.url for event in events if isinstance(event, Cited)] == ["https://a.test"]
        assert Given(0, 1, Image(source=Source(data="aGk=", media_type="image/png"))) in events
        assert Opened(0, 2, Refusal()) in events


class TestTelling:
    def test_words(self) -> None:
        """The role first, why it ended last."""
        chunks = told(
            [Begun(), Opened(0, 0, Text()), Grown(0, 0, "a"), Closed(0, 0), Finished(0, Finish.STOP), Ended()]
        )

        assert [chunk and chunk["choices"][0]["delta"] for chunk in chunks] == [
            {"role": "assistant", "content": "", "refusal": None},
            {"content": "a"},
            {},
            None,
        ]
        assert [chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]] == [None, None, "stop"]
        assert {(chunk["id"], chunk["model"], chunk["created"]) for chunk in chunks[:-1]} == {
            ("chatcmpl-x1", "the-model", 5)
        }
        assert "usage" not in chunks[0]

    def test_choices_begin_in_their_order(self) -> None:
        """OpenAI's own SDK fails at a stream whose second choice comes first."""
        events: list[ChatEvent] = [
            Opened(1, 0, Text()),
            Grown(1, 0, "b"),
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
        ]
        told_in_order = [chunk["choices"][0] for chunk in told(events)]
        state = ChatCompletionStreamState()
        for chunk in told(events):
            state.handle_chunk(ChatCompletionChunk.model_validate(chunk))

        assert [choice["index"] for choice in told_in_order] == [0, 1, 1, 0]
        assert [c.message.content for c in state.current_completion_snapshot.choices] == ["a", "b"]

    def test_usage_is_told_if_it_was_asked_for(self) -> None:
        """In a chunk of its own before the end, wherever it came; every other chunk says null."""
        chunks = told(
            [Counted(USAGE), Opened(0, 0, Text()), Grown(0, 0, "a"), Finished(0, Finish.STOP), Ended()],
            wants_usage=True,
        )

        assert [chunk and chunk["usage"] for chunk in chunks[:3]] == [None] * 3
        assert chunks[3]["choices"] == []
        assert chunks[3]["usage"]["total_tokens"] == 14

    def test_calls(self) -> None:
        """Names once, arguments in pieces, an empty object where none came."""
        found = deltas(
            [
                Opened(0, 0, ToolCall(id="a", name="f")),
                Opened(0, 1, ToolCall(id="b", name="g", custom=True)),
                Opened(0, 2, ToolCall(id="c", name="h", state=State("gemini", "sig"))),
                Grown(0, 0, '{"x":1}'),
                Grown(0, 1, "free"),
                Closed(0, 0),
                Closed(0, 1),
                Closed(0, 2),
            ]
        )
        calls = [delta["tool_calls"][0] for delta in found if "tool_calls" in delta]

        assert [call["index"] for call in calls] == [0, 1, 2, 0, 1, 2]
        assert [call.get("id") for call in calls] == ["a", "b", "c", None, None, None]
        assert calls[2]["extra_content"] == {"google": {"thought_signature": "sig"}}
        assert calls[3]["function"] == {"arguments": '{"x":1}'}
        assert calls[4]["custom"] == {"input": "free"}
        assert calls[5]["function"] == {"arguments": "{}"}

    def test_thoughts_and_their_state(self) -> None:
        """The words as they come; the state when it comes."""
        state = State("anthropic", "sig")
        found = deltas([Opened(0, 0, Reasoning()), Grown(0, 0, "hm"), Signed(0, 0, state), Closed(0, 0)])

        assert found[1] == {"reasoning_content": "hm"}
        (detail,) = found[2]["reasoning_details"]
        assert read(detail["signature"], "") == state

    def test_sources(self) -> None:
        """As annotations."""
        (_, delta) = deltas([Opened(0, 0, Text()), Cited(0, 0, Citation("https://a.test", "A", 1, 2))])

        assert delta["annotations"][0]["url_citation"] == {
            "start_index": 1,
            "end_index": 2,
            "title": "A",
            "url": "https://a.test",
        }

    def test_sources_and_pictures_are_numbered(self) -> None:
        """OpenAI's SDK puts the deltas of a list together by their places, and fails without."""
        picture = Image(source=Source(data="aGk=", media_type="image/png"))
        events: list[ChatEvent] = [Opened(0, 0, Text())]
        events += [Cited(0, 0, Citation(f"https://{name}.test", name)) for name in "ab"]
        events += [Closed(0, 0), Given(0, 1, picture), Given(0, 2, picture), Finished(0, Finish.STOP)]
        state = ChatCompletionStreamState()
        for chunk in told(events):
            state.handle_chunk(ChatCompletionChunk.model_validate(chunk))
        message = state.current_completion_snapshot.choices[0].message

        assert [each.url_citation.title for each in message.annotations or ()] == ["a", "b"]
        assert len((message.model_extra or {})["images"]) == 2

    def test_what_chat_has_no_word_for_is_left_out(self) -> None:
        """A hosted tool's doings are its own dialect's affair."""
        assert told([Given(0, 0, Opaque(origin="anthropic", kind="x", value={}))]) == []
