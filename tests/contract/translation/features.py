"""What conversations consist of: each feature said in neutral chat, and what of it must arrive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oblivious.adapters.chat.parts import (
    Audio,
    CacheMark,
    Citation,
    File,
    Image,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.turns import INSTRUCTIONS
from oblivious.contracts.usage import Usage

PNG = Source(data="iVBORw0KGgo=", media_type="image/png")
PDF = Source(data="JVBERi0xLjQK", media_type="application/pdf")
WAV = Source(data="UklGRg==", media_type="audio/wav")
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER = Tool("function", "get_weather", "What the weather is like.", SCHEMA)
TIME = Tool("function", "get_time", "What time it is.", SCHEMA)
HELLO = Turn("user", (Text(text="hello there"),))


@dataclass(frozen=True)
class Feature:
    """One thing that a conversation may have.

    Attributes:
        request: who asks for it, said neutrally; None where it is only answered.
        asked: what of a request must arrive upstream.
        answer: what the upstream answers; None where it is only asked for.
        heard: what of an answer must arrive at the client.
    """

    name: str
    request: ChatRequest | None = None
    asked: Callable[[ChatRequest], Any] = lambda request: request.turns
    answer: ChatResponse | None = None
    heard: Callable[[ChatResponse], Any] = lambda answer: answer.choices[0].parts


def ask(*turns: Turn, **members: Any) -> ChatRequest:
    """Return a request; the output is limited, since some dialects must be told."""
    return ChatRequest(
        origin="", model="m", turns=turns or (HELLO,), **{"max_output_tokens": 30_000, **members}
    )


def say(*parts: Part, **members: Any) -> ChatResponse:
    """Return an answer of one choice."""
    return ChatResponse((Choice(parts, **members),), Usage(10, 5))


def _shown(*parts: Part) -> ChatRequest:
    return ask(Turn("user", (Text(text="look"), *parts)))


def _parts(kind: type[Part]) -> Callable[[ChatRequest], Any]:
    return lambda request: [part for turn in request.turns for part in turn.parts if isinstance(part, kind)]


def _media(kind: type[Any]) -> Callable[[ChatRequest], Any]:
    """Look at the bytes and what they are, or at where they are."""
    return lambda request: [
        (part.source.data and part.source.media_type, part.source.data, part.source.url)
        for turn in request.turns
        for part in turn.parts
        if isinstance(part, kind)
    ]


def _member(name: str) -> Callable[[ChatRequest], Any]:
    return lambda request: getattr(request, name)


def _words(request: ChatRequest) -> Any:
    return [(turn.role, "".join(p.text for p in turn.parts if isinstance(p, Text))) for turn in request.turns]


def _instructions(request: ChatRequest) -> Any:
    return [
        part.text
        for turn in request.turns
        if turn.role in INSTRUCTIONS
        for part in turn.parts
        if isinstance(part, Text)
    ]


def _tools(request: ChatRequest) -> Any:
    return [(tool.name, tool.description, tool.schema) for tool in request.tools]


def _calls(request: ChatRequest) -> Any:
    return [(call.id, call.name, call.arguments) for call in _parts(ToolCall)(request)]


def _results(request: ChatRequest) -> Any:
    return [
        (result.call_id, "".join(part.text for part in result.content if isinstance(part, Text)))
        for result in _parts(ToolResult)(request)
    ]


def _result_images(request: ChatRequest) -> Any:
    """A picture that a tool shows may arrive in its result or beside it."""
    inside = [part for result in _parts(ToolResult)(request) for part in result.content]
    beside = [part for turn in request.turns for part in turn.parts]
    return [part.source.data for part in (*inside, *beside) if isinstance(part, Image)]


def _format(request: ChatRequest) -> Any:
    return request.format and (request.format.kind, request.format.schema)


def _cached(request: ChatRequest) -> Any:
    return [
        part.text for turn in request.turns for part in turn.parts if isinstance(part, Text) and part.cache
    ]


def _hosted(request: ChatRequest) -> Any:
    return [tool.name for tool in request.tools if tool.kind == "hosted"]


def _effort(request: ChatRequest) -> Any:
    return request.thinking is not None and request.thinking.enabled is not False


def _said(answer: ChatResponse) -> Any:
    return "".join(part.text for part in answer.choices[0].parts if isinstance(part, Text))


def _called(answer: ChatResponse) -> Any:
    calls = [part for part in answer.choices[0].parts if isinstance(part, ToolCall)]
    return [(call.name, call.arguments) for call in calls], answer.choices[0].finish


def _thought(answer: ChatResponse) -> Any:
    return "".join(part.text for part in answer.choices[0].parts if isinstance(part, Reasoning)), _said(
        answer
    )


def _sources(answer: ChatResponse) -> Any:
    texts = [part for part in answer.choices[0].parts if isinstance(part, Text)]
    return [(citation.url, citation.title) for text in texts for citation in text.citations]


def _declined(answer: ChatResponse) -> Any:
    """The words of a refusal; a dialect without a place for them says them as text."""
    return "".join(part.text for part in answer.choices[0].parts if isinstance(part, Text | Refusal))


def _finish(answer: ChatResponse) -> Any:
    return answer.choices[0].finish


def _usage(answer: ChatResponse) -> Any:
    return answer.usage


CALL = ToolCall(id="call_1", name="get_weather", arguments='{"city":"Oslo"}')
CALLS = (CALL, ToolCall(id="call_2", name="get_time", arguments='{"city":"Rome"}'))
LOOP = (
    HELLO,
    Turn("assistant", CALLS),
    Turn(
        "user",
        (
            ToolResult(call_id="call_1", content=(Text(text="rain"),), name="get_weather"),
            ToolResult(call_id="call_2", content=(Text(text="noon"),), name="get_time"),
        ),
    ),
)
_SHOWING = ToolResult(call_id="call_1", content=(Text(text="here"), Image(source=PNG)), name="get_weather")
_PROBS = {
    "content": [{"token": "hi", "logprob": -0.1, "bytes": [104, 105], "top_logprobs": []}],
    "refusal": None,
}

FEATURES: tuple[Feature, ...] = (
    Feature(
        "text",
        ask(HELLO, Turn("assistant", (Text(text="hi"),)), HELLO),
        _words,
        say(Text(text="h\u00e9llo")),
        _said,
    ),
    Feature("system", ask(Turn("system", (Text(text="be brief"),)), HELLO), _instructions),
    Feature(
        "images", _shown(Image(source=PNG)), _media(Image), say(Text(text="a dot"), Image(source=PNG)), _said
    ),
    Feature("image by URL", _shown(Image(source=Source(url="https://a.test/b.png"))), _media(Image)),
    Feature("files", _shown(File(source=PDF, name="a.pdf")), _media(File)),
    Feature("audio", _shown(Audio(source=WAV, format="wav")), _media(Audio)),
    Feature("tools", ask(tools=(WEATHER, TIME)), _tools, say(CALL, finish=Finish.TOOL_CALLS), _called),
    Feature("tool choice", ask(tools=(WEATHER,), tool_choice=ToolChoice("required")), _member("tool_choice")),
    Feature(
        "a named tool",
        ask(tools=(WEATHER,), tool_choice=ToolChoice("named", ("get_weather",))),
        _member("tool_choice"),
    ),
    Feature(
        "parallel tools",
        ask(*LOOP, tools=(WEATHER, TIME)),
        _calls,
        say(*CALLS, finish=Finish.TOOL_CALLS),
        _called,
    ),
    Feature("tool results", ask(*LOOP, tools=(WEATHER, TIME)), _results),
    Feature(
        "images in tool results",
        ask(HELLO, Turn("assistant", (CALL,)), Turn("user", (_SHOWING,)), tools=(WEATHER,)),
        _result_images,
    ),
    Feature("hosted tools", ask(tools=(Tool("hosted", "web_search"),)), _hosted),
    Feature(
        "reasoning",
        ask(thinking=Thinking(effort="high")),
        _effort,
        say(Reasoning(text="hm"), Text(text="hi")),
        _thought,
    ),
    Feature("JSON schema", ask(format=Format("json_schema", SCHEMA, "answer")), _format),
    Feature(
        "cache marks",
        ask(Turn("system", (Text(text="long", cache=CacheMark()),)), HELLO),
        _cached,
    ),
    Feature(
        "citations",
        None,
        answer=say(Text(text="hello", citations=(Citation("https://a.test", "A", 0, 5),))),
        heard=_sources,
    ),
    Feature(
        "log probabilities",
        ask(logprobs=2),
        _member("logprobs"),
        say(Text(text="hi"), logprobs=_PROBS),
        lambda a: a.choices[0].logprobs,
    ),
    Feature("n > 1", ask(n=2), _member("n")),
    Feature("stop sequences", ask(stop=("END",)), _member("stop")),
    Feature("output limit", ask(max_output_tokens=700), _member("max_output_tokens")),
    Feature("temperature", ask(temperature=0.5), _member("temperature")),
    Feature("length", None, answer=say(Text(text="hello"), finish=Finish.LENGTH), heard=_finish),
    Feature(
        "a call cut off",
        None,
        answer=say(ToolCall(id="call_1", name="get_weather", arguments='{"ci'), finish=Finish.LENGTH),
        heard=_finish,
    ),
    Feature(
        "refusal", None, answer=say(Refusal(text="I can't"), finish=Finish.CONTENT_FILTER), heard=_declined
    ),
    Feature(
        "usage",
        None,
        answer=ChatResponse(
            (Choice((Text(text="hi"),)),), Usage(100, 50, cache_read_tokens=40, reasoning_tokens=20)
        ),
        heard=_usage,
    ),
)
