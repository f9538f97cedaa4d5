"""POST /api/chat."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Answer, Ask, Tool, ToolCall, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.ollama.request import Asked, Options, check, check_images, read_asked
from oblivious.demo.dialects.ollama.shape import ending, head
from oblivious.demo.dialects.reading import Function
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request


class Called(msgspec.Struct):
    """A function that was called; its arguments are an object, not its text."""

    name: str
    arguments: dict[str, Any]


class Call(msgspec.Struct):
    """A call that the model made."""

    function: Called


class Message(msgspec.Struct):
    """One turn; its content is a text and nothing else."""

    role: str
    content: str = ""
    images: list[str] | None = None
    tool_calls: list[Call] | None = None


class ToolDefinition(msgspec.Struct):
    """A tool that may be called."""

    function: Function = Function()


class ChatRequest(Asked):
    """The members of a chat that the demo heeds; all others pass unread."""

    messages: list[Message] | None = None
    tools: list[ToolDefinition] | None = None

    @property
    def turns(self) -> list[Message]:
        """Return the conversation."""
        return self.messages or []


_decoder = msgspec.json.Decoder(ChatRequest)


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer a chat; one without messages only loads the model, or unloads it.

    Raises:
        Refusal: 400, saying what is wrong.
    """
    asked = read_asked(_decoder, request)
    check(asked)
    check_images(image for message in asked.turns for image in message.images or ())
    if not asked.turns:
        reason = "unload" if asked.unloads else "load"
        return Reply(encode({**head(asked.model), **_said({}), "done": True, "done_reason": reason}))
    ask = ask_of(asked)
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    if asked.streams:
        return Reply(events=tuple(_events(asked.model, answer, telling, mint)), usage=usage)
    message: Json = {"content": answer.text}
    if answer.thoughts:
        message["thinking"] = answer.thought
    if answer.calls:
        message["tool_calls"] = [_call(place, call, mint) for place, call in enumerate(answer.calls)]
    body = {**head(asked.model), **_said(message), **ending(answer.finish, telling)}
    return Reply(encode(body), usage=usage, usage_given=telling is not None)


def ask_of(asked: ChatRequest) -> Ask:
    """Return what the request asks for."""
    users = [message.content for message in asked.turns if message.role == "user"]
    options = asked.options or Options()
    return Ask(
        text=users[-1] if users else "",
        input_tokens=sum(words.count(message.content) for message in asked.turns),
        tools=tuple(Tool(tool.function.name, tool.function.parameters or {}) for tool in asked.tools or ()),
        answered=asked.turns[-1].role == "tool",
        cap=options.cap,
        stops=options.stops,
        thinks=bool(asked.think),
        schema=asked.schema,
    )


def _events(model: str, answer: Answer, telling: Usage | None, mint: Mint) -> Iterator[Event]:
    """Yield thoughts and words one by one, calls whole, and a last line without words."""
    for thought in answer.thoughts:
        yield _line(model, {"thinking": thought})
    for word in answer.words:
        yield _line(model, {"content": word})
    for place, call in enumerate(answer.calls):
        yield _line(model, {"tool_calls": [_call(place, call, mint)]})
    end = {**head(model), **_said({}), **ending(answer.finish, telling)}
    yield Event(encode(end), usage=telling is not None)


def _line(model: str, message: Json) -> Event:
    return Event(encode({**head(model), **_said(message), "done": False}), output=True)


def _said(message: Json) -> Json:
    return {"message": {"role": "assistant", "content": "", **message}}


def _call(place: int, call: ToolCall, mint: Mint) -> Json:
    function = {"index": place, "name": call.name, "arguments": call.values}
    return {"id": mint.new_id("call_"), "function": function}
