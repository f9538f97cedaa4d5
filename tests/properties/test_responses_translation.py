"""The Responses API and neutral chat: what one can carry comes back, and nothing odd gets through."""

import contextlib
import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed, Finished
from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.telling import told_part
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT, RESPONSES_UPSTREAM
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from tests.fakes.events import parsed

TARGET = Target(PROVIDERS["openai"], "m")

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(WORDS, JSON, min_size=1, max_size=3)

PNG = st.just(Source(data="aGk=", media_type="image/png"))
URL = st.just(Source(url="https://a.test/b"))
PDF = st.just(Source(data="aGk=", media_type="application/pdf"))
WAV = st.just(Source(data="aGk=", media_type="audio/wav"))
BY_ID = st.builds(Source, file_id=NAMES)
TEXTS = st.builds(Text, text=WORDS)
IMAGES = st.builds(Image, source=PNG | URL | BY_ID, detail=st.sampled_from(["", "low", "high", "original"]))
FILES = st.builds(File, source=PDF, name=WORDS) | st.builds(File, source=URL | BY_ID)
SHOWN = TEXTS | IMAGES | FILES
SOUNDS = st.builds(Audio, source=WAV, format=st.just("wav"))
OWN_STATE = st.builds(State, st.just(OPENAI_RESPONSES), st.text("abc", min_size=1))
THOUGHTS = st.builds(Reasoning, text=WORDS, summary=st.booleans(), state=OWN_STATE) | st.builds(
    Reasoning, summary=st.just(True), state=OWN_STATE
)
SEARCHES = st.builds(
    Opaque,
    origin=st.just(OPENAI_RESPONSES),
    kind=st.just("web_search_call"),
    value=st.builds(lambda item_id: {"type": "web_search_call", "id": item_id}, NAMES),
)


@st.composite
def loops(draw: st.DrawFn) -> list[Turn]:
    """What an assistant does, and the results of its calls."""
    calls = draw(
        st.lists(
            st.builds(ToolCall, id=NAMES, name=NAMES, arguments=WORDS, custom=st.booleans()),
            max_size=3,
            unique_by=lambda call: call.id,
        )
    )
    said = draw(
        st.lists(TEXTS | THOUGHTS | SEARCHES | st.builds(Refusal, text=WORDS), min_size=1, max_size=4)
    )
    results = [
        ToolResult(
            call_id=call.id,
            content=tuple(draw(st.lists(SHOWN, min_size=1, max_size=2))),
            name=call.name,
            custom=call.custom,
        )
        for call in calls
    ]
    return [Turn("assistant", (*said, *calls)), *(Turn("user", (result,)) for result in results)]


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Turn, ...]:
    """Turns as this dialect can say them: assistants never twice in a row, each result a turn."""
    turns = [Turn("system", (Text(text=draw(WORDS)),))] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 3))):
        asked = draw(st.lists(SHOWN | SOUNDS, min_size=1, max_size=3))
        turns.append(Turn("user", tuple(asked)))
        if draw(st.booleans()):
            turns.append(Turn("developer", (Text(text=draw(WORDS)),)))
        turns += draw(loops()) if draw(st.booleans()) else []
    return tuple(_with_unique_calls(turns))


def _with_unique_calls(turns: list[Turn]) -> list[Turn]:
    """Keep the ids of calls apart in all of the conversation."""
    seen = [part.id for turn in turns for part in turn.parts if isinstance(part, ToolCall)]
    return turns if len(seen) == len(set(seen)) else [*turns[:1], Turn("user", (Text(text="a"),))]


GRAMMARS = st.builds(
    lambda words: {"type": "grammar", "grammar": {"syntax": "lark", "definition": words}}, WORDS
)
TOOLS = st.one_of(
    st.builds(
        Tool,
        kind=st.just("function"),
        name=NAMES,
        description=WORDS,
        schema=st.none() | OBJECTS,
        strict=st.none() | st.booleans(),
        more=st.just({}) | st.just({"defer_loading": True}),
    ),
    st.builds(Tool, kind=st.just("custom"), name=NAMES, grammar=st.none() | GRAMMARS),
    st.builds(
        Tool,
        kind=st.just("hosted"),
        name=st.just("web_search"),
        origin=st.just(OPENAI_RESPONSES),
        native=st.just({"type": "web_search", "search_context_size": "low"}),
    ),
)
FORMATS = st.just(Format("json_object")) | st.builds(
    Format, st.just("json_schema"), OBJECTS, NAMES, WORDS, st.none() | st.booleans()
)
EFFORTS = st.sampled_from(["", "none", "minimal", "low", "medium", "high", "xhigh", "max"])
THINKING = st.builds(
    Thinking, effort=EFFORTS, shown=st.sampled_from(["", "auto", "concise", "detailed"])
).filter(lambda thinking: thinking.effort or thinking.shown)
SHARES = st.floats(0, 1)


@st.composite
def requests(draw: st.DrawFn) -> ChatRequest:
    """Whatever this dialect can carry."""
    tools = tuple(draw(st.lists(TOOLS, max_size=3, unique_by=lambda tool: tool.name)))
    names = tuple(tool.name for tool in tools)
    choices = [None, ToolChoice("auto"), ToolChoice("none"), ToolChoice("required")]
    if tools:
        choices += [
            ToolChoice("named", names[:1]),
            ToolChoice("required", names),
            ToolChoice("auto", names[:1]),
        ]
    return ChatRequest(
        origin=OPENAI_RESPONSES,
        model="m",
        turns=draw(conversations()),
        tools=tools,
        tool_choice=draw(st.sampled_from(choices)) if tools else None,
        parallel_tools=draw(st.none() | st.booleans()) if tools else None,
        format=draw(st.none() | FORMATS),
        thinking=draw(st.none() | THINKING),
        verbosity=draw(st.sampled_from(["", "low", "high"])),
        stream=draw(st.booleans()),
        max_output_tokens=draw(st.none() | st.integers(16, 10_000)),
        temperature=draw(st.none() | SHARES),
        top_p=draw(st.none() | SHARES),
        logprobs=draw(st.none() | st.integers(0, 20)),
        service_tier=draw(st.sampled_from(["", "flex"])),
        user=draw(st.just("") | NAMES),
        metadata=draw(st.none() | st.dictionaries(WORDS, WORDS, min_size=1, max_size=2)),
        cache_key=draw(st.just("") | NAMES),
        cache_retention=draw(st.sampled_from(["", "24h"])),
        store=draw(st.booleans()),
        extra=draw(st.just({}) | st.just({"truncation": msgspec.Raw(b'"auto"')})),
    )


def read(body: bytes) -> ChatRequest:
    return RESPONSES_CLIENT.read_request(OpenAIResponses().envelope(RESPONSES, body))[0]


ANSWERED = st.lists(
    st.one_of(
        TEXTS,
        SEARCHES,
        st.builds(Refusal, text=WORDS),
        st.builds(Reasoning, text=WORDS, summary=st.just(True), state=st.none() | OWN_STATE),
        st.builds(ToolCall, id=NAMES, name=NAMES, arguments=WORDS, custom=st.booleans()),
    ),
    max_size=5,
)


def finish_of(said: list[Part]) -> Finish:
    return Finish.TOOL_CALLS if any(isinstance(part, ToolCall) for part in said) else Finish.STOP


PLAN = ClientPlan(ChatRequest(origin=OPENAI_RESPONSES, model="m", turns=()), exchange_id="x", created=7)

KINDS = st.sampled_from(
    [
        *("response." + kind for kind in ("created", "completed", "incomplete", "failed")),
        *("response.output_item." + kind for kind in ("added", "done")),
        *("response.content_part." + kind for kind in ("added", "done")),
        *("response.output_text." + kind for kind in ("delta", "done", "annotation.added")),
        *("response.function_call_arguments." + kind for kind in ("delta", "done")),
        *("response.reasoning_summary_text." + kind for kind in ("delta", "done")),
        *("response.reasoning_text." + kind for kind in ("delta", "done")),
        *("response.refusal." + kind for kind in ("delta", "done")),
        "error",
        "message",
        "reasoning",
        "function_call",
        "custom_tool_call",
        "function_call_output",
        "input_text",
        "input_image",
        "input_file",
        "output_text",
        "namespace",
        "allowed_tools",
        "json_schema",
        "ping",
    ]
)
MEMBERS = st.sampled_from(
    [
        "id",
        "item_id",
        "output_index",
        "content_index",
        "summary_index",
        "delta",
        "text",
        "refusal",
        "arguments",
        "input",
        "logprobs",
        "annotation",
        "part",
        "item",
        "response",
        "output",
        "content",
        "summary",
        "encrypted_content",
        "role",
        "call_id",
        "name",
        "namespace",
        "annotations",
        "error",
        "status",
        "usage",
        "incomplete_details",
        "created_at",
        "service_tier",
        "message",
        "code",
        "tools",
        "parameters",
        "format",
        "schema",
    ]
)
ODD = st.recursive(
    JSON | KINDS | st.sampled_from(["a", 0, 1, "user", "assistant"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(MEMBERS, inner, max_size=5)
        | st.builds(
            lambda kind, rest: {**rest, "type": kind}, KINDS, st.dictionaries(MEMBERS, inner, max_size=5)
        )
    ),
    max_leaves=12,
)
EVENTS = st.builds(
    lambda kind, rest: {**rest, "type": kind}, KINDS, st.dictionaries(MEMBERS, ODD, max_size=6)
)
ASKED = st.dictionaries(
    st.sampled_from(
        [
            "instructions",
            "tools",
            "tool_choice",
            "text",
            "reasoning",
            "include",
            "metadata",
            "user",
            "store",
            "background",
            "top_logprobs",
            "temperature",
            "previous_response_id",
            "parallel_tool_calls",
            "prompt_cache_key",
            "truncation",
        ]
    ),
    ODD,
    max_size=4,
)


class TestRequests:
    @given(requests())
    def test_what_can_be_said_comes_back(self, request: ChatRequest) -> None:
        """Neutral, written, read: the same."""
        assert read(RESPONSES_UPSTREAM.write_request(request, TARGET).body) == request

    @given(ASKED, st.lists(ODD, min_size=1, max_size=3) | WORDS)
    def test_whatever_comes_is_read_or_refused(self, members: dict[str, Any], said: Any) -> None:
        """By our own error; what was read can be written, or is refused in turn."""
        body = json.dumps({"model": "m", **members, "input": said}).encode()
        with contextlib.suppress(InvalidRequest):
            request = read(body)
            RESPONSES_CLIENT.encoder(ClientPlan(request)).feed(Begun())
            RESPONSES_UPSTREAM.write_request(request, TARGET)
            RESPONSES_UPSTREAM.write_request(msgspec.structs.replace(request, origin="elsewhere"), TARGET)


class TestAnswers:
    @given(ANSWERED)
    def test_what_is_told_comes_back(self, said: list[Part]) -> None:
        """Neutral, written, read: the same; ids and order of items included."""
        response = ChatResponse(
            (Choice(tuple(said), finish_of(said)),), id="resp_x", created=7, service_tier="default"
        )
        written = RESPONSES_CLIENT.write_response(response, PLAN)
        assert RESPONSES_UPSTREAM.read_response(written, UpstreamPlan()) == response

    @given(ANSWERED)
    def test_a_stream_tells_what_a_whole_answer_tells(self, said: list[Part]) -> None:
        """The last event has it, and the events before it add up to the same parts."""
        response = ChatResponse((Choice(tuple(said), finish_of(said)),))
        encoder, decoder = RESPONSES_CLIENT.encoder(PLAN), RESPONSES_UPSTREAM.decoder(UpstreamPlan())
        events: list[ChatEvent] = [event for at, part in enumerate(said) for event in told_part(part, at)]
        frames = parsed(
            b"".join(encoder.feed(event) for event in [*events, Finished(0, finish_of(said)), Ended()])
        )
        heard = [event for _, data in frames for event in decoder.feed(data.encode())]
        whole = json.loads(RESPONSES_CLIENT.write_response(response, PLAN))

        assert json.loads(frames[-1][1])["response"] == whole
        assert [event for event in heard if not isinstance(event, Begun)] == [
            *events,
            Finished(0, finish_of(said)),
            Ended(),
        ]

    @given(ODD)
    def test_whatever_comes_is_an_answer_or_an_error(self, answer: Any) -> None:
        """And an answer can be written for a client."""
        found = RESPONSES_UPSTREAM.read_response(json.dumps(answer).encode(), UpstreamPlan())
        if not isinstance(found, UpstreamError):
            RESPONSES_CLIENT.write_response(found, PLAN)

    @given(st.lists(EVENTS | ODD, max_size=8))
    def test_whatever_streams_is_events_or_a_failure(self, said: list[Any]) -> None:
        """In the order that all encoders rely on."""
        encoder, decoder = RESPONSES_CLIENT.encoder(PLAN), RESPONSES_UPSTREAM.decoder(UpstreamPlan())
        heard: list[ChatEvent] = []
        for each in said:
            for event in decoder.feed(json.dumps(each).encode()):
                encoder.feed(event)
                heard.append(event)
                if isinstance(event, Failed | Ended):
                    _check_order(heard)
                    return
        _check_order(heard)


def _check_order(heard: list[ChatEvent]) -> None:
    """See that parts open before they grow, with rising numbers, and are closed in the end."""
    open_parts, newest = set[int](), -1
    for event in heard:
        name, part = type(event).__name__, getattr(event, "part", -1)
        if name in ("Opened", "Given"):
            assert part == newest + 1
            newest, open_parts = part, open_parts | ({part} if name == "Opened" else set())
        elif name == "Closed":
            open_parts.remove(part)
        elif name in ("Grown", "Signed", "Cited"):
            assert part in open_parts
        elif isinstance(event, Finished):
            assert not open_parts
        else:
            assert isinstance(event, Begun | Counted | Ended | Failed)
