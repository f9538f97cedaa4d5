"""Cohere's server as the suite plays it: it reads `/v2/chat`, and answers as its API reference says."""

import json
from collections.abc import Iterator
from typing import Any

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Finished,
    Grown,
    Opened,
)
from oblivious.adapters.chat.parts import (
    Citation,
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
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.contracts.usage import Usage
from tests.contract.translation.peers.peer import Peer

Json = dict[str, Any]

_CHOICES = {"REQUIRED": ToolChoice("required"), "NONE": ToolChoice("none"), None: None}
_FINISH = {Finish.LENGTH: "MAX_TOKENS", Finish.TOOL_CALLS: "TOOL_CALL"}
_ROLES = {"system", "user", "assistant", "tool"}


def read_request(out: Outgoing, request: ChatRequest) -> tuple[ChatRequest, ClientPlan]:
    """Understand a request as the API reference does."""
    assert out.path == "chat"
    body = json.loads(out.body)
    arrived = ChatRequest(
        origin="cohere",
        model=body["model"],
        turns=tuple(_turn(message, place) for place, message in enumerate(body["messages"])),
        tools=tuple(_tool(tool) for tool in body.get("tools", [])),
        tool_choice=_CHOICES[body.get("tool_choice")],
        format=_format(body.get("response_format")),
        thinking=_thinking(body.get("thinking")),
        stream=body["stream"],
        max_output_tokens=body.get("max_tokens"),
        temperature=body.get("temperature"),
        stop=tuple(body.get("stop_sequences", ())),
        logprobs=0 if body.get("logprobs") else None,
    )
    return arrived, ClientPlan(request=request)


def _turn(message: Json, place: int) -> Turn:
    role = message["role"]
    assert role in _ROLES
    assert role != "system" or place == 0, "the system message must be the first"
    if role == "tool":
        assert isinstance(message["content"], str)
        content = (Text(text=message["content"]),)
        return Turn("user", (ToolResult(call_id=message["tool_call_id"], content=content),))
    said: list[Part] = [Reasoning(text=message["tool_plan"])] if "tool_plan" in message else []
    said += _content(message.get("content", []))
    for call in message.get("tool_calls", []):
        assert call["type"] == "function"
        function = call["function"]
        said.append(ToolCall(id=call["id"], name=function["name"], arguments=function["arguments"]))
    assert said, "a message must not be empty"
    return Turn(role, tuple(said))


def _content(content: Any) -> Iterator[Part]:
    if isinstance(content, str):
        assert content.strip()
        yield Text(text=content)
        return
    for block in content:
        if block["type"] == "image_url":
            yield Image(source=_source(block["image_url"]["url"]))
        else:
            words = block[block["type"]]
            assert words.strip()
            yield Reasoning(text=words) if block["type"] == "thinking" else Text(text=words)


def _source(url: str) -> Source:
    if not url.startswith("data:"):
        return Source(url=url)
    media_type, _, data = url.removeprefix("data:").partition(";base64,")
    return Source(data=data, media_type=media_type)


def _tool(tool: Json) -> Tool:
    assert tool["type"] == "function"
    function = tool["function"]
    return Tool("function", function["name"], function.get("description", ""), function["parameters"])


def _format(wanted: Json | None) -> Format | None:
    if wanted is None:
        return None
    assert wanted["type"] == "json_object"
    schema = wanted.get("json_schema")
    return Format("json_object") if schema is None else Format("json_schema", schema)


def _thinking(wanted: Json | None) -> Thinking | None:
    if wanted is None:
        return None
    return Thinking(enabled=wanted["type"] == "enabled", budget=wanted.get("token_budget"))


def write_response(answer: ChatResponse, _plan: ClientPlan) -> bytes:
    """Say all of an answer's first choice."""
    choice = answer.choices[0]
    content: list[Json] = []
    citations: list[Json] = []
    for part in choice.parts:
        if isinstance(part, Reasoning):
            content.append({"type": "thinking", "thinking": part.text})
        elif isinstance(part, Text | Refusal):
            cited = part.citations if isinstance(part, Text) else ()
            citations += [{**_cited(one, part.text), "content_index": len(content)} for one in cited]
            content.append({"type": "text", "text": part.text})
    calls = [_called(part, part.arguments) for part in choice.parts if isinstance(part, ToolCall)]
    message: Json = {"role": "assistant", "content": content}
    message |= {"tool_calls": calls} if calls else {}
    message |= {"citations": citations} if citations else {}
    said = {"id": "c1", "message": message, "finish_reason": _FINISH.get(choice.finish, "COMPLETE")}
    return json.dumps(said | _counts(answer.usage)).encode()


def _called(call: ToolCall, arguments: str) -> Json:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _cited(citation: Citation, text: str) -> Json:
    document = {"id": "d1", "url": citation.url, "title": citation.title}
    return {
        "start": citation.start,
        "end": citation.end,
        "text": text[citation.start : citation.end],
        "sources": [{"type": "document", "id": "d1", "document": document}],
        "type": "TEXT_CONTENT",
    }


def _counts(usage: Usage | None) -> Json:
    if usage is None:
        return {}
    units = {"input_tokens": float(usage.input_tokens), "output_tokens": float(usage.output_tokens)}
    return {"usage": {"billed_units": units, "tokens": units, "cached_tokens": usage.cache_read_tokens}}


class CohereEncoder:
    """Writes events, each named; the counts come with the last one."""

    def __init__(self, _plan: ClientPlan) -> None:
        self._open: dict[int, Part] = {}
        self._calls: dict[int, int] = {}
        self._content = -1
        self._finish = Finish.STOP
        self._usage: Usage | None = None

    def feed(self, event: ChatEvent) -> bytes:
        """Write what a client of Cohere's gets for an event."""
        match event:
            case Begun():
                return _event("message-start", id="c1", delta={"message": {"role": "assistant"}})
            case Opened():
                return self._opened(event)
            case Grown():
                return self._grown(event)
            case Cited(citation=citation):
                return _citing(citation)
            case Closed():
                return self._closed(event.part)
            case _:
                return self._ended(event)

    def _ended(self, event: ChatEvent) -> bytes:
        match event:
            case Finished():
                self._finish = event.finish
            case Counted():
                self._usage = event.usage
            case Ended():
                reason = _FINISH.get(self._finish, "COMPLETE")
                return _event("message-end", delta={"finish_reason": reason, **_counts(self._usage)})
            case _:
                pass
        return b""

    def _opened(self, event: Opened) -> bytes:
        part = self._open[event.part] = event.value
        if isinstance(part, ToolCall):
            self._calls[event.part] = len(self._calls)
            index = self._calls[event.part]
            return _event("tool-call-start", index=index, **_delta(tool_calls=_called(part, "")))
        self._content += 1
        kind = "thinking" if isinstance(part, Reasoning) else "text"
        return _event("content-start", index=self._content, **_delta(content={"type": kind, kind: ""}))

    def _grown(self, event: Grown) -> bytes:
        part = self._open[event.part]
        if isinstance(part, ToolCall):
            more = {"function": {"arguments": event.text}}
            return _event("tool-call-delta", index=self._calls[event.part], **_delta(tool_calls=more))
        kind = "thinking" if isinstance(part, Reasoning) else "text"
        return _event("content-delta", index=self._content, **_delta(content={kind: event.text}))

    def _closed(self, number: int) -> bytes:
        if isinstance(self._open.pop(number), ToolCall):
            return _event("tool-call-end", index=self._calls[number])
        return _event("content-end", index=self._content)


def _citing(citation: Citation) -> bytes:
    started = _event("citation-start", index=0, **_delta(citations=_cited(citation, "")))
    return started + _event("citation-end", index=0)


def _delta(**message: Any) -> Json:
    return {"delta": {"message": message}}


def _event(kind: str, **members: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **members})}\n\n".encode()


COHERE_PEER = Peer(read_request, write_response, CohereEncoder)
