"""Bedrock as the suite plays it: it reads Converse, and answers in its events, their framing undone."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
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
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.translate import Encoder, Outgoing
from oblivious.contracts.usage import Usage
from tests.contract.translation.peers.peer import Peer

Json = dict[str, Any]

_STOPS = {
    Finish.LENGTH: "max_tokens",
    Finish.TOOL_CALLS: "tool_use",
    Finish.CONTENT_FILTER: "content_filtered",
}
_DOCUMENTS = {"pdf": "application/pdf"}


def read_request(out: Outgoing, request: ChatRequest) -> tuple[ChatRequest, ClientPlan]:
    """Understand a request as the service's own model of it does."""
    body = json.loads(out.body)
    model, action = out.path.removeprefix("model/").rsplit("/", 1)
    assert action == ("converse-stream" if request.stream else "converse")
    inference = body.get("inferenceConfig", {})
    tools = body.get("toolConfig", {})
    arrived = ChatRequest(
        origin="bedrock",
        model=unquote(model),
        turns=tuple(_turns(body)),
        tools=tuple(_tool(tool) for tool in tools.get("tools", ())),
        tool_choice=_choice(tools.get("toolChoice")),
        format=_format(body.get("outputConfig", {}).get("textFormat")),
        thinking=_thinking(body),
        stream=request.stream,
        max_output_tokens=inference.get("maxTokens"),
        temperature=inference.get("temperature"),
        stop=tuple(inference.get("stopSequences", ())),
    )
    return arrived, ClientPlan(request=request)


def _turns(body: Json) -> Iterator[Turn]:
    if body.get("system"):
        yield Turn("system", tuple(_parts(body["system"])))
    for message in body["messages"]:
        yield Turn(message["role"], tuple(_parts(message["content"])))


def _parts(blocks: list[Json]) -> list[Part]:
    said: list[Part] = []
    for block in blocks:
        ((kind, value),) = block.items()
        if kind == "cachePoint":
            assert value["type"] == "default"
            last = said.pop()
            assert isinstance(last, Text)
            said.append(Text(text=last.text, cache=CacheMark(value.get("ttl", ""))))
        else:
            said.append(_READERS[kind](value))
    return said


def _thought(value: Json) -> Part:
    signed = value["reasoningText"]
    return Reasoning(text=signed["text"], state=State("anthropic", signed["signature"]))


def _call(value: Json) -> Part:
    assert isinstance(value["input"], dict)
    arguments = json.dumps(value["input"], separators=(",", ":"))
    return ToolCall(id=value["toolUseId"], name=value["name"], arguments=arguments)


def _result(value: Json) -> Part:
    return ToolResult(call_id=value["toolUseId"], content=tuple(_parts(value["content"])))


def _file(value: Json) -> Part:
    return File(source=Source(data=value["source"]["bytes"], media_type=_DOCUMENTS[value["format"]]))


def _image(value: Json) -> Part:
    return Image(source=Source(data=value["source"]["bytes"], media_type=f"image/{value['format']}"))


def _audio(value: Json) -> Part:
    kind = value["format"]
    return Audio(source=Source(data=value["source"]["bytes"], media_type=f"audio/{kind}"), format=kind)


_READERS: dict[str, Any] = {
    "text": lambda value: Text(text=value),
    "image": _image,
    "audio": _audio,
    "document": _file,
    "toolUse": _call,
    "toolResult": _result,
    "reasoningContent": _thought,
}


def _tool(tool: Json) -> Tool:
    if "systemTool" in tool:
        return Tool("hosted", tool["systemTool"]["name"])
    spec = tool["toolSpec"]
    return Tool("function", spec["name"], spec.get("description", ""), spec["inputSchema"]["json"])


def _choice(choice: Json | None) -> ToolChoice | None:
    if choice is None:
        return None
    return ToolChoice("named", (choice["tool"]["name"],)) if "tool" in choice else ToolChoice("required")


def _format(wanted: Json | None) -> Format | None:
    if wanted is None:
        return None
    schema = wanted["structure"]["jsonSchema"]
    return Format("json_schema", json.loads(schema["schema"]), schema.get("name", ""))


def _thinking(body: Json) -> Thinking | None:
    told = body.get("additionalModelRequestFields", {}).get("thinking")
    if told is None:
        return None
    return Thinking(enabled=True, effort=body.get("outputConfig", {}).get("effort", ""))


def write_response(answer: ChatResponse, _plan: ClientPlan) -> bytes:
    """Say an answer's first choice."""
    choice = answer.choices[0]
    content = [block for part in choice.parts if (block := _block(part)) is not None]
    told = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": _STOPS.get(choice.finish, "end_turn"),
        "usage": _counts(answer.usage),
        "metrics": {"latencyMs": 1},
    }
    return json.dumps(told).encode()


def _block(part: Part) -> Json | None:
    match part:
        case Text(citations=citations) if citations:
            return {
                "citationsContent": {
                    "content": [{"text": part.text}],
                    "citations": [_source(each) for each in citations],
                }
            }
        case Text() | Refusal():
            return {"text": part.text}
        case Reasoning():
            signed = {"signature": part.state.data} if part.state is not None else {}
            return {"reasoningContent": {"reasoningText": {"text": part.text, **signed}}}
        case ToolCall():
            return {"toolUse": {"toolUseId": part.id, "name": part.name, "input": _arguments(part)}}
        case Image():
            return {"image": {"format": "png", "source": {"bytes": part.source.data}}}
        case _:
            return None


def _arguments(call: ToolCall) -> Json:
    try:
        called: Json = json.loads(call.arguments or "{}")
    except ValueError:
        return {}  # what was cut off no parser has made a call of
    return called


def _source(citation: Citation) -> Json:
    return {"title": citation.title, "location": {"web": {"url": citation.url}}}


def _counts(usage: Usage | None) -> Json:
    usage = usage or Usage()
    plain = usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens
    return {
        "inputTokens": plain,
        "outputTokens": usage.output_tokens,
        "totalTokens": usage.input_tokens + usage.output_tokens,
        "cacheReadInputTokens": usage.cache_read_tokens,
        "cacheWriteInputTokens": usage.cache_write_tokens,
    }


class ConverseEncoder:
    """Writes the events of ConverseStream: only calls say their start, and the usage comes last."""

    def __init__(self, _plan: ClientPlan) -> None:
        self._open: dict[int, Part] = {}
        self._usage: Usage | None = None

    def feed(self, event: ChatEvent) -> bytes:
        """Write what Bedrock says for an event."""
        said = ""
        match event:
            case Opened():
                self._open[event.part] = event.value
            case Grown():
                said = "toolUse" if isinstance(self._open[event.part], ToolCall) else "text"
                if isinstance(self._open[event.part], Reasoning):
                    said = "reasoningContent"
            case Counted():
                self._usage = event.usage
            case Ended():
                return _event("metadata", {"usage": _counts(self._usage), "metrics": {"latencyMs": 1}})
            case _:
                pass
        write = _WRITERS.get(type(event))
        return write(event, said) if write is not None else b""


def _start(event: Any, _said: str) -> bytes:
    part = event.value
    if not isinstance(part, ToolCall):
        return b""
    start = {"toolUse": {"toolUseId": part.id, "name": part.name}}
    return _event("contentBlockStart", {"contentBlockIndex": event.part, "start": start})


def _grown(event: Any, said: str) -> bytes:
    inner = {"toolUse": {"input": event.text}, "reasoningContent": {"text": event.text}}
    return _delta(event.part, {said: inner.get(said, event.text)})


def _picture(event: Any, _said: str) -> bytes:
    place = {"contentBlockIndex": event.part}
    return (
        _event("contentBlockStart", {**place, "start": {"image": {"format": "png"}}})
        + _delta(event.part, {"image": {"source": {"bytes": event.value.source.data}}})
        + _event("contentBlockStop", place)
    )


def _delta(number: int, delta: Json) -> bytes:
    return _event("contentBlockDelta", {"contentBlockIndex": number, "delta": delta})


def _event(name: str, value: Json) -> bytes:
    return b"data: " + json.dumps({name: value}).encode() + b"\n\n"


_WRITERS: dict[type[Any], Callable[[Any, str], bytes]] = {
    Begun: lambda *_: _event("messageStart", {"role": "assistant"}),
    Opened: _start,
    Grown: _grown,
    Cited: lambda event, _: _delta(event.part, {"citation": _source(event.citation)}),
    Signed: lambda event, _: _delta(event.part, {"reasoningContent": {"signature": event.state.data}}),
    Closed: lambda event, _: _event("contentBlockStop", {"contentBlockIndex": event.part}),
    Given: _picture,
    Finished: lambda event, _: _event("messageStop", {"stopReason": _STOPS.get(event.finish, "end_turn")}),
}


def _encoder(plan: ClientPlan) -> Encoder:
    return ConverseEncoder(plan)


BEDROCK_PEER = Peer(read_request, write_response, _encoder)
