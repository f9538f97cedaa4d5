"""Ollama's server as the suite plays it: it reads `/api/chat`, and answers in lines."""

import json
from typing import Any

from oblivious.adapters.chat.events import (
    ChatEvent,
    Closed,
    Counted,
    Ended,
    Finished,
    Given,
    Grown,
    Opened,
)
from oblivious.adapters.chat.parts import (
    Audio,
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
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, Turn
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.contracts.usage import Usage
from tests.contract.translation.peers.peer import Peer

Json = dict[str, Any]

_SOUND, _PICTURE = "UklGR", "iVBORw0KGgo"
_DONE = {Finish.LENGTH: "length"}


def read_request(out: Outgoing, request: ChatRequest) -> tuple[ChatRequest, ClientPlan]:
    """Understand a request as the server's documentation does."""
    assert out.path == "api/chat"
    body = json.loads(out.body)
    options = body.get("options", {})
    arrived = ChatRequest(
        origin="ollama",
        model=body["model"],
        turns=tuple(_turn(message) for message in body["messages"]),
        tools=tuple(_tool(tool["function"]) for tool in body.get("tools", [])),
        format=_format(body.get("format")),
        thinking=_thinking(body.get("think")),
        stream=body["stream"],
        max_output_tokens=options.get("num_predict"),
        temperature=options.get("temperature"),
        stop=tuple(options.get("stop", ())),
        logprobs=body.get("top_logprobs", 0) if body.get("logprobs") else None,
    )
    return arrived, ClientPlan(request=request)


def _turn(message: Json) -> Turn:
    role = message["role"]
    said: list[Part] = [Reasoning(text=message["thinking"])] if message.get("thinking") else []
    if message["content"]:
        said.append(Text(text=message["content"]))
    said += [_medium(data) for data in message.get("images", [])]
    if role == "tool":
        return Turn(
            "user",
            (
                ToolResult(
                    call_id=message["tool_call_id"], content=tuple(said), name=message.get("tool_name", "")
                ),
            ),
        )
    for call in message.get("tool_calls", []):
        called = call["function"]
        assert isinstance(called["arguments"], dict)
        said.append(ToolCall(id=call["id"], name=called["name"], arguments=_compact(called["arguments"])))
    return Turn(role, tuple(said))


def _medium(data: str) -> Part:
    """The server looks at the bytes to see what they are of."""
    if data.startswith(_SOUND):
        return Audio(source=Source(data=data, media_type="audio/wav"), format="wav")
    assert data.startswith(_PICTURE)
    return Image(source=Source(data=data, media_type="image/png"))


def _tool(function: Json) -> Tool:
    return Tool("function", function["name"], function.get("description", ""), function["parameters"])


def _format(wanted: Any) -> Format | None:
    if wanted is None:
        return None
    return Format("json_object") if wanted == "json" else Format("json_schema", wanted)


def _thinking(think: Any) -> Thinking | None:
    if think is None:
        return None
    return Thinking(enabled=think) if isinstance(think, bool) else Thinking(effort=think)


def write_response(answer: ChatResponse, _plan: ClientPlan) -> bytes:
    """Say all of an answer's first choice."""
    choice = answer.choices[0]
    message: Json = {"role": "assistant", "content": ""}
    for part in choice.parts:
        if isinstance(part, Text | Refusal):
            message["content"] += part.text
        elif isinstance(part, Reasoning):
            message["thinking"] = message.get("thinking", "") + part.text
        elif isinstance(part, ToolCall):
            message.setdefault("tool_calls", []).append(_called(part))
        elif isinstance(part, Image):
            message.setdefault("images", []).append(part.source.data)
    probs = {"logprobs": choice.logprobs["content"]} if choice.logprobs else {}
    return _line(message, done=True, done_reason=_reason(choice.finish), **probs, **_counts(answer.usage))


def _called(call: ToolCall) -> Json:
    try:
        arguments = json.loads(call.arguments or "{}")
    except ValueError:
        arguments = {}  # what was cut off no parser has made a call of
    return {"id": call.id, "function": {"index": 0, "name": call.name, "arguments": arguments}}


class OllamaEncoder:
    """Writes lines: words as they come, calls whole, the counts with the last one."""

    def __init__(self, _plan: ClientPlan) -> None:
        self._open: dict[int, Part] = {}
        self._arguments: dict[int, str] = {}
        self._finish = Finish.STOP
        self._usage: Usage | None = None

    def feed(self, event: ChatEvent) -> bytes:
        """Write what a client of Ollama's gets for an event."""
        match event:
            case Opened():
                self._open[event.part] = event.value
            case Grown():
                return self._grown(event)
            case Closed():
                return self._closed(event.part)
            case Given(value=Image() as image):
                return self._event({"images": [image.source.data]})
            case Finished():
                self._finish = event.finish
            case Counted():
                self._usage = event.usage
            case Ended():
                return self._event({}, done=True, done_reason=_reason(self._finish), **_counts(self._usage))
            case _:
                pass
        return b""

    def _grown(self, event: Grown) -> bytes:
        part = self._open[event.part]
        if isinstance(part, ToolCall):
            self._arguments[event.part] = self._arguments.get(event.part, "") + event.text
            return b""
        name = "thinking" if isinstance(part, Reasoning) else "content"
        probs = {"logprobs": event.logprobs} if event.logprobs else {}
        return self._event({name: event.text}, **probs)

    def _closed(self, number: int) -> bytes:
        part = self._open.pop(number)
        if not isinstance(part, ToolCall):
            return b""
        whole = ToolCall(id=part.id, name=part.name, arguments=self._arguments.get(number, ""))
        return self._event({"tool_calls": [_called(whole)]})

    def _event(self, message: Json, *, done: bool = False, **members: Any) -> bytes:
        said = {"role": "assistant", "content": "", **message}
        return b"data: " + _line(said, done=done, **members) + b"\n\n"


def _line(message: Json, *, done: bool, **members: Any) -> bytes:
    head = {"model": "m", "created_at": "2026-11-27T12:00:00.123456789Z"}
    return json.dumps({**head, "message": message, "done": done, **members}).encode()


def _reason(finish: Finish) -> str:
    return _DONE.get(finish, "stop")


def _counts(usage: Usage | None) -> Json:
    if usage is None:
        return {}
    return {"prompt_eval_count": usage.input_tokens, "eval_count": usage.output_tokens}


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))


OLLAMA_PEER = Peer(read_request, write_response, OllamaEncoder)
