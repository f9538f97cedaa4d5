"""What Anthropic's dialect can carry comes through it unchanged, and nonsense breaks nothing."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.adapters.chat.events import (
    ChatEvent,
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
from oblivious.adapters.chat.parts import (
    CacheMark,
    File,
    Image,
    Part,
    Reasoning,
    Source,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_CLIENT, MESSAGES_UPSTREAM
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.envelope import envelope_of
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from oblivious.contracts.usage import Usage
from tests.fakes.events import MESSAGES as STREAM
from tests.fakes.events import Json, parsed

_TARGET = Target(Provider(name="p", speaks={}, source="a test"), "claude-opus-4-6")
_SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}

_MEMBERS = (
    *("system", "messages", "tools", "tool_choice", "thinking", "output_config", "output_format"),
    *("stop_sequences", "metadata", "service_tier", "temperature", "top_p", "top_k", "other"),
)

_words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x85"), min_size=1, max_size=20
).filter(lambda words: words == words.strip())
_names = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
_marks = st.sampled_from([None, None, None, CacheMark(), CacheMark("1h")])
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)
_objects = st.dictionaries(_words, _json, max_size=3)
_states = st.builds(State, st.just(ANTHROPIC), _words)

_texts = st.builds(Text, text=_words)
_sources = st.one_of(
    st.builds(lambda data: Source(data=data, media_type="image/png"), _names),
    st.builds(lambda path: Source(url=f"https://a/{path}"), _names),
    st.builds(lambda name: Source(file_id=name), _names),
)
_images = st.builds(Image, source=_sources)
_files = st.builds(
    File,
    source=st.builds(lambda words: Source(text=words), _words),
    name=_words,
    context=_words | st.just(""),
    cited=st.booleans(),
)
_results = st.builds(
    ToolResult,
    call_id=_names,
    content=st.lists(_texts | _images, max_size=2).map(tuple),
    failed=st.booleans(),
)
_calls = st.builds(
    ToolCall,
    id=_names,
    name=_names,
    arguments=_objects.map(lambda value: msgspec.json.encode(value).decode()),
)
_thoughts = st.one_of(
    st.builds(Reasoning, text=_words, state=_states),
    st.builds(lambda data: Reasoning(state=State("anthropic.redacted", data)), _words),
)
_user_turns = st.builds(
    lambda results, parts: Turn("user", (*results, *parts)),
    st.lists(_results, max_size=2),
    st.lists(_texts | _images | _files, min_size=1, max_size=3),
)
_assistant_turns = st.lists(_texts | _thoughts | _calls, min_size=1, max_size=3).map(
    lambda parts: Turn("assistant", tuple(parts))
)
_tools = st.builds(
    Tool,
    kind=st.just("function"),
    name=_names,
    description=_words | st.just(""),
    schema=st.just(_SCHEMA),
    strict=st.sampled_from([None, True, False]),
    more=st.sampled_from([{}, {"input_examples": [{"a": "b"}]}]),
)
_choices = st.none() | st.builds(ToolChoice, st.sampled_from(["auto", "none", "required"]))
_thinking = st.one_of(
    st.none(),
    st.builds(
        lambda effort, shown: Thinking(enabled=True, effort=effort, shown=shown),
        st.sampled_from(["low", "medium", "high", "max"]),
        st.sampled_from(["", "auto", "omitted"]),
    ),
    st.just(Thinking(enabled=True, budget=-1)),
    st.just(Thinking(enabled=False)),
)


@st.composite
def _requests(draw: st.DrawFn) -> ChatRequest:
    """Draw a request of which Anthropic can say everything."""
    system = draw(st.lists(_texts, max_size=2))
    marked = [msgspec.structs.replace(text, cache=draw(_marks)) for text in system]
    turns = [Turn("system", tuple(marked))] if marked else []
    for _ in range(draw(st.integers(1, 2))):
        turns += [draw(_user_turns), draw(_assistant_turns)]
    tools = tuple(draw(st.lists(_tools, max_size=2)))
    thinking = draw(_thinking)
    thinks = thinking is not None and thinking.enabled is True
    choice = draw(_choices) if tools else None
    return ChatRequest(
        origin=ANTHROPIC,
        model=_TARGET.model,
        turns=(*turns, draw(_user_turns)),
        tools=tools,
        tool_choice=ToolChoice("auto") if thinks and choice is not None else choice,
        parallel_tools=draw(st.sampled_from([None, True, False])) if choice == ToolChoice("auto") else None,
        format=draw(st.sampled_from([None, Format("json_schema", _SCHEMA)])),
        thinking=thinking,
        stream=draw(st.booleans()),
        max_output_tokens=draw(st.integers(1, 2**20)),
        temperature=None if thinks else draw(st.none() | st.floats(0, 1)),
        top_k=None if thinks else draw(st.none() | st.integers(1, 500)),
        stop=tuple(draw(st.lists(_words, max_size=2))),
        service_tier=draw(st.sampled_from(["", "auto", "default"])),
        user=draw(_words | st.just("")),
        extra=draw(st.sampled_from([{}, {"container": msgspec.Raw(b'"c1"')}])),
    )


class TestRequests:
    @given(_requests())
    @settings(max_examples=100, deadline=None)
    def test_what_can_be_said_comes_through(self, request: ChatRequest) -> None:
        """Written for Anthropic, and read as its client's, it is the same."""
        out = MESSAGES_UPSTREAM.write_request(request, _TARGET)
        again, _ = MESSAGES_CLIENT.read_request(envelope_of(MESSAGES, out.body))

        assert out.plan == UpstreamPlan()
        assert _comparable(again) == _comparable(request)

    @given(st.dictionaries(st.sampled_from(_MEMBERS), _json, max_size=8))
    @settings(max_examples=200, deadline=None)
    def test_nonsense_is_an_invalid_request(self, members: Json) -> None:
        """Whatever a client sends, the answer is a request or names a field."""
        _read_or_refuse(members)

    @given(st.data())
    @settings(max_examples=200, deadline=None)
    def test_so_is_half_sense(self, data: st.DataObject) -> None:
        """Also where only one member of a block is wrong."""
        block = data.draw(st.sampled_from(_BLOCKS))
        spoiled = {**block, data.draw(st.sampled_from(sorted(block))): data.draw(_json)}
        _read_or_refuse({"messages": [{"role": "assistant", "content": [spoiled]}]})


_BLOCKS: list[Json] = [
    {"type": "text", "text": "a", "citations": [{}], "cache_control": {}},
    {"type": "image", "source": {"type": "url", "url": "u"}},
    {"type": "document", "source": {"type": "text", "data": "a"}, "title": "t", "citations": {}},
    {"type": "search_result", "source": "s", "title": "t", "content": [{"text": "a"}]},
    {"type": "thinking", "thinking": "a", "signature": "ob1.WyJhPiIsImIiXQ"},
    {"type": "redacted_thinking", "data": "x"},
    {"type": "tool_use", "id": "t", "name": "f", "input": {}},
    {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "a"}], "is_error": True},
    {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
]


def _comparable(request: ChatRequest) -> Any:
    """Raw members compare by identity; theirs is their text."""
    extra = {name: bytes(raw) for name, raw in request.extra.items()}
    return msgspec.structs.replace(request, extra={}), extra


def _read_or_refuse(members: Json) -> None:
    raws = {name: msgspec.Raw(json.dumps(value).encode()) for name, value in members.items()}
    with suppress(InvalidRequest):
        request, _ = MESSAGES_CLIENT.read_request(Envelope(MESSAGES, b"", raws, "mine"))
        MESSAGES_UPSTREAM.write_request(request, _TARGET)


_events = st.one_of(
    st.sampled_from([json.loads(data) for _, data in parsed(STREAM)]),
    st.builds(
        lambda kind, index, block: {"type": kind, "index": index, "content_block": block, "delta": block},
        st.sampled_from(
            ["content_block_start", "content_block_delta", "content_block_stop", "message_delta"]
        ),
        st.integers(0, 2) | _json,
        st.sampled_from(_BLOCKS) | _objects,
    ),
    st.builds(
        lambda kind, value: {"type": kind, **value},
        st.sampled_from(["message_start", "error", "x"]),
        _objects,
    ),
    _json,
)
_plans = st.sampled_from(
    [UpstreamPlan(), UpstreamPlan(schema_tool="f"), UpstreamPlan(custom_tools=frozenset({"f"}))]
)


class TestAnswers:
    @given(st.lists(_events, max_size=8), _plans)
    @settings(max_examples=200, deadline=None)
    def test_any_stream_keeps_the_rules_of_neutral_ones(self, events: list[Any], plan: UpstreamPlan) -> None:
        """Parts open before they grow, and are closed before the end; failures are said, not raised."""
        decoder = MESSAGES_UPSTREAM.decoder(plan)
        said: list[ChatEvent] = []
        for event in events:
            said += decoder.feed(json.dumps(event).encode())
            if said and isinstance(said[-1], Failed | Ended):
                break
        said += decoder.finish()
        _check(said)
        encoder = MESSAGES_CLIENT.encoder(ClientPlan(ChatRequest(origin=ANTHROPIC, model="m", turns=())))
        for each in said:
            encoder.feed(each)

    @given(_json | _objects.map(lambda value: {"type": "message", "content": [value], **value}), _plans)
    @settings(max_examples=200, deadline=None)
    def test_any_json_is_an_answer_or_an_error(self, body: Any, plan: UpstreamPlan) -> None:
        """Errors come back as values."""
        assert isinstance(
            MESSAGES_UPSTREAM.read_response(json.dumps(body).encode(), plan), ChatResponse | UpstreamError
        )

    @given(st.lists(_texts | _thoughts | _calls, max_size=4), st.integers(1, 5))
    @settings(max_examples=100, deadline=None)
    def test_an_answer_comes_through_whole_and_streamed(self, parts: list[Part], size: int) -> None:
        """However it is cut into pieces, and whichever parts interleave."""
        choice = Choice(tuple(parts), Finish.TOOL_CALLS if _calls_in(parts) else Finish.STOP)
        plan = ClientPlan(ChatRequest(origin=ANTHROPIC, model="m", turns=()), exchange_id="x")
        body = MESSAGES_CLIENT.write_response(ChatResponse((choice,), Usage(9, 5, 4)), plan)
        whole = MESSAGES_UPSTREAM.read_response(body, UpstreamPlan())
        encoder, decoder = MESSAGES_CLIENT.encoder(plan), MESSAGES_UPSTREAM.decoder(UpstreamPlan())
        stream = b"".join(encoder.feed(event) for event in _told(choice, size))
        heard = [event for _, data in parsed(stream) for event in decoder.feed(data.encode())]

        assert isinstance(whole, ChatResponse)
        assert (whole.choices, whole.usage) == ((choice,), Usage(9, 5, 4))
        assert _folded(heard) == parts
        assert heard[-3:] == [Finished(0, choice.finish), Counted(Usage(9, 5, 4)), Ended()]


def _told(choice: Choice, size: int) -> Iterator[ChatEvent]:
    """Tell an answer with all its parts open at once."""
    for number, part in enumerate(choice.parts):
        emptied = {"arguments": ""} if isinstance(part, ToolCall) else {"text": "", "state": None}
        yield Opened(0, number, msgspec.structs.replace(part, **emptied))
    for number, part in enumerate(choice.parts):
        words = _words_in(part)
        for at in range(0, len(words), size):
            yield Grown(0, number, words[at : at + size])
        if part.state is not None:
            yield Signed(0, number, part.state)
    yield from (Closed(0, number) for number in reversed(range(len(choice.parts))))
    yield Finished(0, choice.finish)
    yield Counted(Usage(9, 5, 4))
    yield Ended()


def _folded(events: list[ChatEvent]) -> list[Part]:
    parts: dict[int, Part] = {}
    for event in events:
        if isinstance(event, Opened):
            parts[event.part] = event.value
        elif isinstance(event, Signed):
            parts[event.part] = msgspec.structs.replace(parts[event.part], state=event.state)
        elif isinstance(event, Grown):
            part = parts[event.part]
            name = "arguments" if isinstance(part, ToolCall) else "text"
            parts[event.part] = msgspec.structs.replace(part, **{name: _words_in(part) + event.text})
    return [parts[number] for number in sorted(parts)]


def _words_in(part: Part) -> str:
    if isinstance(part, ToolCall):
        return part.arguments
    return part.text if isinstance(part, Text | Reasoning) else ""


def _calls_in(parts: list[Part]) -> bool:
    return any(isinstance(part, ToolCall) for part in parts)


def _check(events: list[ChatEvent]) -> None:
    still_open: set[int] = set()
    last = -1
    for event in events:
        if isinstance(event, Opened):
            still_open.add(event.part)
        if isinstance(event, Opened | Given):
            assert event.part > last or isinstance(event, Given)
            last = max(last, event.part)
        if isinstance(event, Grown | Closed):
            assert event.part in still_open
        if isinstance(event, Closed):
            still_open.remove(event.part)
        if isinstance(event, Finished):
            assert not still_open
