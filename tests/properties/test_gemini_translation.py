"""Gemini's translate face loses nothing that it can carry, and nothing that it is sent can break it."""

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.adapters.chat.events import ChatEvent, Closed, Ended, Failed, Finished, Given, Grown, Opened
from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Role, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.gemini.endpoints import GENERATE_CONTENT
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_CLIENT, GEMINI_UPSTREAM
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from oblivious.contracts.usage import Usage
from tests.fakes.events import parsed

_TARGET = Target(Provider(name="google", speaks={}, source="a test's"), "gemini-3.8-flash")
_ASKED = ChatRequest(origin="gemini", model="mine", turns=())
_PLAN = ClientPlan(_ASKED, exchange_id="e1")

_words = st.text(st.sampled_from('abé"\\\n\u2028{}[]'), min_size=1, max_size=12)
_names = st.from_regex(r"[a-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
_ids = st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True)
_own = st.builds(State, st.just("gemini"), st.sampled_from(["c2ln", "AbC+/w=="]))
_any_state = st.one_of(_own, st.builds(State, st.sampled_from(["anthropic", "openai_responses"]), _words))
_schemas = st.sampled_from([{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object"}])
_arguments = st.dictionaries(_words, st.one_of(st.integers(-9, 9), _words, st.none()), max_size=3).map(
    lambda value: msgspec.json.encode(value).decode() if value else ""
)


def _data(kind: str) -> Source:
    return Source(data="AAAA", media_type=kind)


_media: st.SearchStrategy[Part] = st.sampled_from(
    [
        Image(source=_data("image/png")),
        Image(source=Source(url="https://x.org/a.png", media_type="image/png")),
        Audio(source=_data("audio/wav"), format="wav"),
        Video(source=_data("video/mp4")),
        File(source=_data("application/pdf")),
        File(source=Source(file_id="files/a", media_type="text/plain")),
    ]
)
_opaque: st.SearchStrategy[Part] = st.builds(
    Opaque, origin=st.just("gemini"), kind=st.sampled_from(["executableCode", "toolCall"]), value=_schemas
)


def _texts(states: st.SearchStrategy[State]) -> st.SearchStrategy[Part]:
    return st.builds(Text, text=_words, state=st.none() | states)


def _thoughts(states: st.SearchStrategy[State]) -> st.SearchStrategy[Part]:
    return st.builds(Reasoning, text=_words, summary=st.just(True), state=states)


def _calls(states: st.SearchStrategy[State]) -> st.SearchStrategy[Part]:
    return st.builds(ToolCall, id=_ids, name=_names, arguments=_arguments, state=states)


@st.composite
def _conversations(draw: st.DrawFn) -> tuple[Turn, ...]:
    """Draw turns that alternate, in which every call has its result."""
    turns = [Turn("system", (Text(text=draw(_words)),))] if draw(st.booleans()) else list[Turn]()
    results: tuple[Part, ...] = ()
    role: Role = "user"
    for _ in range(draw(st.integers(1, 5))):
        if role == "user":
            more = draw(st.lists(st.one_of(_texts(_own), _media), min_size=0 if results else 1, max_size=3))
            turns.append(Turn(role, (*results, *more)))
            role = "assistant"
        else:
            said = st.one_of(_texts(_own), _thoughts(_own), _opaque, _calls(_own))
            parts = _joined(_without_twins(draw(st.lists(said, min_size=1, max_size=4))))
            turns.append(Turn(role, parts))
            results = tuple(draw(_result(part)) for part in parts if isinstance(part, ToolCall))
            role = "user"
    return tuple(turns)


def _without_twins(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with different ids: calls that share one are no calls."""
    return tuple(
        msgspec.structs.replace(part, id=f"{part.id[:20]}_{place}") if isinstance(part, ToolCall) else part
        for place, part in enumerate(parts)
    )


@st.composite
def _result(draw: st.DrawFn, call: ToolCall) -> Part:
    content = (Text(text=draw(_words)), *draw(st.lists(_media, max_size=1)))
    return ToolResult(call_id=call.id, name=call.name, content=content, failed=draw(st.booleans()))


_tools = st.lists(
    st.one_of(
        st.builds(
            Tool, kind=st.just("function"), name=_names, description=_words, schema=st.none() | _schemas
        ),
        st.just(Tool(kind="hosted", name="web_search", origin="gemini", native={"googleSearch": {}})),
        st.just(Tool(kind="hosted", name="newest", origin="gemini", native={"newest": {"a": 1}})),
    ),
    max_size=3,
    unique_by=lambda tool: tool.name,
).map(lambda tools: tuple(sorted(tools, key=lambda tool: tool.kind)))

_requests = st.builds(
    ChatRequest,
    origin=st.just("gemini"),
    model=st.just("gemini-3.8-flash"),
    turns=_conversations(),
    tools=_tools,
    format=st.none() | st.just(Format("json_object")) | st.builds(Format, st.just("json_schema"), _schemas),
    thinking=st.none()
    | st.builds(
        Thinking,
        effort=st.sampled_from(["", "low", "medium", "high"]),
        shown=st.sampled_from(["auto", "omitted"]),
    ),
    stream=st.booleans(),
    n=st.integers(1, 3),
    max_output_tokens=st.none() | st.integers(1, 9),
    temperature=st.none() | st.sampled_from([0, 0.5, 1]),
    top_p=st.none() | st.just(0.9),
    top_k=st.none() | st.just(40),
    frequency_penalty=st.none() | st.just(0.5),
    presence_penalty=st.none() | st.just(-0.5),
    seed=st.none() | st.integers(0, 9),
    stop=st.lists(_words, max_size=2).map(tuple),
    logprobs=st.none() | st.integers(0, 5),
    service_tier=st.sampled_from(["", "flex", "priority", "standard"]),
    modalities=st.sampled_from([(), ("text",), ("text", "image")]),
    voice=st.none() | st.just({"voice": "Kore"}) | st.just({"gemini": {"multiSpeakerVoiceConfig": {}}}),
    safety=st.none() | st.just([{"category": "c", "threshold": "OFF"}]),
    extra=st.just({}) | st.just({"cachedContent": msgspec.Raw(b'"cachedContents/1"')}),
)


def _through(request: ChatRequest) -> ChatRequest:
    out = GEMINI_UPSTREAM.write_request(request, _TARGET)
    envelope = Gemini().envelope_at(GENERATE_CONTENT, out.body, request.model, stream=bool(out.query))
    return GEMINI_CLIENT.read_request(envelope)[0]


class TestRequests:
    @settings(max_examples=200, deadline=None)
    @given(request=_requests, draw=st.data())
    def test_there_and_back(self, request: ChatRequest, draw: st.DataObject) -> None:
        """What Gemini can carry arrives as it left."""
        functions = [tool.name for tool in request.tools if tool.kind == "function"]
        if functions:
            choices = [ToolChoice("auto"), ToolChoice("none"), ToolChoice("required")]
            named = ToolChoice("named", (functions[0],))
            choice = draw.draw(st.sampled_from([*choices, named, ToolChoice("auto", tuple(functions))]))
            request = msgspec.structs.replace(request, tool_choice=choice)

        assert _through(request) == request


_said: st.SearchStrategy[Part] = st.one_of(
    _texts(_any_state), _thoughts(_any_state), _calls(_any_state), _opaque
)
_usages = st.builds(
    Usage, st.integers(10, 99), st.integers(10, 99), st.integers(0, 9), reasoning_tokens=st.integers(0, 9)
)


class TestAnswers:
    @settings(max_examples=150, deadline=None)
    @given(parts=st.lists(_said, max_size=5), usage=_usages)
    def test_there_and_back(self, parts: list[Part], usage: Usage) -> None:
        """An answer that is written for a client of Gemini says what it said, with everybody's state."""
        finish = Finish.TOOL_CALLS if any(isinstance(part, ToolCall) for part in parts) else Finish.STOP
        response = ChatResponse((Choice(_joined(parts), finish),), usage, id="e1")

        assert (
            GEMINI_UPSTREAM.read_response(GEMINI_CLIENT.write_response(response, _PLAN), UpstreamPlan())
            == response
        )

    @settings(max_examples=150, deadline=None)
    @given(parts=st.lists(_said, max_size=5))
    def test_a_stream_says_what_the_whole_says(self, parts: list[Part]) -> None:
        """Encoded and decoded, piece by piece."""
        whole = _joined(parts)
        events = [
            *chain(*(_told(place, part) for place, part in enumerate(whole))),
            Finished(0, Finish.STOP),
            Ended(),
        ]
        encoder, decoder = GEMINI_CLIENT.encoder(_PLAN), GEMINI_UPSTREAM.decoder(UpstreamPlan())
        stream = b"".join(map(encoder.feed, events))
        heard = [event for _, data in parsed(stream) for event in decoder.feed(data.encode())]

        assert _collected([*heard, *decoder.finish()]) == [_plain(part) for part in whole]


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return parts in which no text follows text of its kind: nothing would tell them apart."""
    found: list[Part] = []
    for part in parts:
        if not (found and type(found[-1]) is type(part) and isinstance(part, Text | Reasoning)):
            found.append(part)
    return tuple(found)


def _told(place: int, part: Part) -> list[ChatEvent]:
    if isinstance(part, Text):
        return [Opened(0, place, Text()), *_grown(place, part.text), Closed(0, place)]
    if isinstance(part, Reasoning):
        return [Opened(0, place, Reasoning(summary=True)), *_grown(place, part.text), Closed(0, place)]
    if isinstance(part, ToolCall):
        opened = ToolCall(id=part.id, name=part.name)
        return [Opened(0, place, opened), *_grown(place, part.arguments), Closed(0, place)]
    return [Given(0, place, part)]


def _grown(place: int, text: str) -> list[ChatEvent]:
    return [Grown(0, place, letter) for letter in text]


def _plain(part: Part) -> tuple[type[Part], str]:
    text = part.arguments if isinstance(part, ToolCall) else getattr(part, "text", "")
    return type(part), text


def _collected(events: list[ChatEvent]) -> list[tuple[type[Part], str]]:
    found: dict[int, tuple[type[Part], str]] = {}
    for event in events:
        if isinstance(event, Opened | Given):
            found[event.part] = type(event.value), ""
        elif isinstance(event, Grown):
            kind, text = found[event.part]
            found[event.part] = kind, text + event.text
    return [found[part] for part in sorted(found)]


_VOCABULARY = """contents parts role text thought thoughtSignature inlineData mimeType data fileData fileUri
    functionCall functionResponse name args id response result error systemInstruction
    system_instruction tools functionDeclarations parameters parametersJsonSchema toolConfig
    functionCallingConfig mode allowedFunctionNames generationConfig temperature topK stopSequences
    thinkingConfig thinkingLevel thinkingBudget responseMimeType responseSchema responseFormat
    speechConfig voiceConfig responseModalities responseLogprobs logprobs labels candidates content
    finishReason index groundingMetadata groundingChunks groundingSupports segment startIndex
    endIndex groundingChunkIndices web uri title webSearchQueries citationMetadata citationSources
    logprobsResult chosenCandidates topCandidates token logProbability promptFeedback blockReason
    usageMetadata promptTokenCount candidatesTokenCount promptTokensDetails modality tokenCount
    modelVersion responseId partialArgs jsonPath stringValue willContinue code message status
    details reason retryDelay type properties anyOf enum nullable items minItems violations quotaId
    store candidateCount maxOutputTokens"""
_keys = st.sampled_from(_VOCABULARY.split())
_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "a", "user", "model", "STOP", "OBJECT", "application/json", "image/png", "$.a[0].b", "1s"]
    ),
    st.text(max_size=5),
)
_json = st.recursive(
    _leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=4)),
    max_leaves=12,
)


def _shaped(value: Any, *, inside: str) -> list[Any]:
    """Return a value in the places where it gets far: as a part, as a candidate, as it is."""
    return [
        value,
        {inside: value},
        {inside: [value]},
        {inside: [{"parts": [value], "content": {"parts": [value]}}]},
    ]


class TestAnything:
    @settings(max_examples=300, deadline=None)
    @given(value=_json, other=_json)
    def test_requests(self, value: Any, other: Any) -> None:
        """Nothing but InvalidRequest is raised."""
        for body in _shaped(value, inside="contents"):
            for members in ({}, {"tools": [other], "generationConfig": other, "toolConfig": other}):
                text = json.dumps(body | members if isinstance(body, dict) else body).encode()
                try:
                    envelope = Gemini().envelope_at(GENERATE_CONTENT, text, "m", stream=False)
                    request, _ = GEMINI_CLIENT.read_request(envelope)
                    GEMINI_UPSTREAM.write_request(request, _TARGET)
                except InvalidRequest:
                    continue

    @settings(max_examples=300, deadline=None)
    @given(value=_json, other=_json)
    def test_answers(self, value: Any, other: Any) -> None:
        """An error is a value; what is an answer can be written."""
        for body in _shaped(value, inside="candidates"):
            members = {"usageMetadata": other, "promptFeedback": other}
            text = json.dumps(body | members if isinstance(body, dict) else body).encode()
            response = GEMINI_UPSTREAM.read_response(text, UpstreamPlan())
            assert isinstance(response, ChatResponse | UpstreamError)
            if isinstance(response, ChatResponse):
                assert json.loads(GEMINI_CLIENT.write_response(response, _PLAN))
            read = Gemini().read_json(GENERATE_CONTENT, text)
            assert isinstance(read.error, UpstreamError | None)
            assert Gemini().text_tokens(text) >= 0

    @settings(max_examples=300, deadline=None)
    @given(values=st.lists(_json, max_size=3))
    def test_streams(self, values: list[Any]) -> None:
        """Whatever a chunk is: events, or `Failed`; and the encoder takes all of them."""
        for shape in range(4):
            decoder, encoder = GEMINI_UPSTREAM.decoder(UpstreamPlan()), GEMINI_CLIENT.encoder(_PLAN)
            for value in values:
                text = json.dumps(_shaped(value, inside="candidates")[shape]).encode()
                events = list(decoder.feed(text))
                assert all(isinstance(encoder.feed(event), bytes) for event in events)
                if any(isinstance(event, Failed) for event in events):
                    break
            assert all(isinstance(encoder.feed(event), bytes) for event in decoder.finish())

    @settings(max_examples=100, deadline=None)
    @given(data=st.binary(max_size=60), status=st.integers(300, 599))
    def test_bytes(self, data: bytes, status: int) -> None:
        """Not even JSON."""
        assert isinstance(GEMINI_UPSTREAM.read_response(data, UpstreamPlan()), UpstreamError | ChatResponse)
        assert isinstance(Gemini().read_error(status, [], data), UpstreamError)
        list(GEMINI_UPSTREAM.decoder(UpstreamPlan()).feed(data))
