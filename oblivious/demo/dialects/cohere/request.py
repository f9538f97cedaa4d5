import re

import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Ask, Tool
from oblivious.demo.dialects.reading import Content, Function, read, refuse_unless, text_of
from oblivious.demo.reply import Json
from oblivious.demo.schema import ANY_JSON

_ROLES = frozenset({"system", "user", "assistant", "tool"})
_CHOICES = frozenset({None, "REQUIRED", "NONE"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Call(msgspec.Struct):
    """A call that was made before."""

    id: str
    type: str
    function: Function


class Message(msgspec.Struct):
    """One message."""

    role: str
    content: Content = None
    tool_call_id: str = ""
    tool_calls: list[Call] | None = None
    tool_plan: str = ""


class ToolDefinition(msgspec.Struct):
    """A tool that may be called."""

    type: str
    function: Function


class ResponseFormat(msgspec.Struct):
    """What the answer must look like."""

    type: str = "text"
    json_schema: Json | None = None

    @property
    def schema(self) -> Json | None:
        """Return what the answer has to be JSON of; None if it may be prose."""
        return None if self.type == "text" else self.json_schema or ANY_JSON


class Thinking(msgspec.Struct):
    """Whether the model is to think, and how much."""

    type: str
    token_budget: int | None = None


class ChatRequest(msgspec.Struct):
    """The members of a request that the demo heeds; all others pass unread."""

    model: str
    messages: list[Message]
    tools: list[ToolDefinition] | None = None
    tool_choice: str | None = None
    documents: list[str | Json] | None = None
    response_format: ResponseFormat | None = None
    thinking: Thinking | None = None
    max_tokens: int | None = None
    stop_sequences: list[str] | None = None
    p: float | None = None
    logprobs: bool | None = None
    stream: bool | None = False

    @property
    def answered(self) -> bool:
        """Tell whether the conversation ends with results of tools."""
        return self.messages[-1].role == "tool"

    @property
    def schema(self) -> Json | None:
        """Return what the answer has to be JSON of; None if it may be prose."""
        return self.response_format.schema if self.response_format is not None else None


_decoder = msgspec.json.Decoder(ChatRequest)


def read_chat(body: bytes) -> ChatRequest:
    """Return the request.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, body)
    refuse_unless(asked.messages, "at least one message is required", "messages")
    for place, message in enumerate(asked.messages):
        _check(message, place)
    _check_results(asked)
    names = [tool.function.name for tool in asked.tools or ()]
    legal = all(_NAME.fullmatch(name) for name in names)
    refuse_unless(legal, "tool names have letters, digits and underscores, and begin with no digit", "tools")
    refuse_unless(asked.tool_choice in _CHOICES, "must be REQUIRED or NONE", "tool_choice")
    refuse_unless(names or asked.tool_choice != "REQUIRED", "tools are required with it", "tool_choice")
    alone = asked.schema is None or not (names or asked.documents)
    refuse_unless(alone, "is not supported with tools or documents", "response_format")
    refuse_unless(asked.p is None or 0.01 <= asked.p <= 0.99, "must be from 0.01 to 0.99", "p")  # noqa: PLR2004
    return asked


def _check(message: Message, place: int) -> None:
    field = f"messages[{place}]"
    refuse_unless(message.role in _ROLES, "must be system, user, assistant or tool", f"{field}.role")
    refuse_unless(message.role != "system" or place == 0, "system turn must be the first in the list", field)
    refuse_unless(message.content or message.tool_calls, "message must not be empty in a turn", field)


def _check_results(asked: ChatRequest) -> None:
    """Refuse results of calls that nobody made."""
    made: set[str] = set()
    for place, message in enumerate(asked.messages):
        made.update(call.id for call in message.tool_calls or ())
        known = message.role != "tool" or message.tool_call_id in made
        refuse_unless(known, "tool call id not found in previous tool calls", f"messages[{place}]")


def ask_of(asked: ChatRequest) -> Ask:
    """Return what the request asks for."""
    users = [text_of(message.content) for message in asked.messages if message.role == "user"]
    return Ask(
        text=users[-1] if users else "",
        input_tokens=sum(words.count(text_of(message.content)) for message in asked.messages),
        tools=_tools(asked),
        forced="" if asked.tool_choice == "REQUIRED" else None,
        answered=asked.answered and asked.tool_choice != "REQUIRED",
        cap=asked.max_tokens,
        stops=tuple(asked.stop_sequences or ()),
        thinks=asked.thinking is not None and asked.thinking.type == "enabled",
        schema=asked.schema,
    )


def _tools(asked: ChatRequest) -> tuple[Tool, ...]:
    if asked.tool_choice == "NONE":
        return ()
    return tuple(Tool(tool.function.name, tool.function.parameters or {}) for tool in asked.tools or ())
