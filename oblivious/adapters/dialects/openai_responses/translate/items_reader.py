"""Input items to turns."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Opaque, Part, Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Role, Tool, Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.fields import items, members, text, wrong
from oblivious.adapters.dialects.openai_responses.translate.carried import read_carried
from oblivious.adapters.dialects.openai_responses.translate.names import flat
from oblivious.adapters.dialects.openai_responses.translate.parts import read_content
from oblivious.adapters.dialects.openai_responses.translate.tools_reader import read_tools
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "assistant": "assistant",
}


class Conversation:
    """What was said so far; all that an assistant does in a row becomes one turn.

    Attributes:
        turns: complete after `end`.
        tools: those that came as items.
        said: what the assistant is doing now.
        called: the names of tools by the ids of their calls.
    """

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.tools: list[Tool] = []
        self.said: list[Part] = []
        self.called: dict[str, str] = {}

    def take(self, value: Any, name: str) -> None:
        """Take `input`.

        Raises:
            InvalidRequest: names the item that is wrong, or that only its own account knows.
        """
        if isinstance(value, str):
            self.turn("user", (Text(text=value),))
            return
        for place, item in enumerate(items(value, name)):
            at = f"{name}[{place}]"
            given = members(item, at)
            _READERS.get(_kind_of(given, at), _anything)(self, given, at)

    def turn(self, role: Role, parts: tuple[Part, ...]) -> None:
        """Add a turn of somebody else's."""
        self.end()
        self.turns.append(Turn(role, parts))

    def end(self) -> None:
        """End what the assistant was doing."""
        if self.said:
            self.turns.append(Turn("assistant", tuple(self.said)))
            self.said = []

    def give(self, state: State, call_id: str) -> None:
        """Give a carried state back to the call, or to the text before it."""
        for place in reversed(range(len(self.said))):
            said = self.said[place]
            if (isinstance(said, ToolCall) and said.id == call_id) or (
                isinstance(said, Text) and not call_id
            ):
                self.said[place] = msgspec.structs.replace(said, state=state)
                return
        if not call_id:
            self.said.append(Text(text="", state=state))


def _message(talk: Conversation, item: Json, name: str) -> None:
    role = _ROLES.get(text(item.get("role"), f"{name}.role"))
    if role is None:
        raise wrong(f"{name}.role", f"one of {', '.join(_ROLES)}")
    content = read_content(item.get("content"), f"{name}.content")
    if role == "assistant":
        talk.said += content
    else:
        talk.turn(role, content)


def _call(talk: Conversation, item: Json, name: str) -> None:
    custom = item["type"] == "custom_tool_call"
    words = "input" if custom else "arguments"
    title = text(item.get("name"), f"{name}.name")
    if not title:
        raise wrong(f"{name}.name", "a string that is not empty")
    call = ToolCall(
        id=_call_id(item, name),
        name=flat(text(item.get("namespace"), f"{name}.namespace"), title),
        arguments=text(item.get(words), f"{name}.{words}"),
        custom=custom,
    )
    talk.called[call.id] = call.name
    talk.said.append(call)


def _result(talk: Conversation, item: Json, name: str) -> None:
    call_id = _call_id(item, name)
    result = ToolResult(
        call_id=call_id,
        content=read_content(item.get("output"), f"{name}.output") or (Text(text=""),),
        name=talk.called.get(call_id) or text(item.get("name"), f"{name}.name"),
        custom=item["type"] == "custom_tool_call_output",
    )
    talk.turn("user", (result,))


def _reasoning(talk: Conversation, item: Json, name: str) -> None:
    thought = _joined(item.get("content"), f"{name}.content")
    summary = _joined(item.get("summary"), f"{name}.summary")
    encrypted = text(item.get("encrypted_content"), f"{name}.encrypted_content")
    state, owner = read_carried(encrypted) if encrypted else (None, None)
    if state is not None and owner is not None:
        talk.give(state, owner)
    elif thought or summary or state is not None:
        talk.said.append(Reasoning(text=thought or summary, summary=not thought, state=state))


def _reference(_talk: Conversation, _item: Json, name: str) -> None:
    raise InvalidRequest(
        f"`{name}` is an `item_reference`, which needs the account that keeps the item, and a channel of the "
        f"dialect {OPENAI_RESPONSES}, and none serves this model; send the item itself",
        param=name,
    )


def _tools(talk: Conversation, item: Json, name: str) -> None:
    talk.tools += read_tools(item.get("tools"), f"{name}.tools")


def _anything(talk: Conversation, item: Json, _name: str) -> None:
    talk.said.append(Opaque(origin=OPENAI_RESPONSES, kind=item["type"], value=item))


_READERS: dict[str, Callable[[Conversation, Json, str], None]] = {
    "message": _message,
    "function_call": _call,
    "custom_tool_call": _call,
    "function_call_output": _result,
    "custom_tool_call_output": _result,
    "reasoning": _reasoning,
    "item_reference": _reference,
    "additional_tools": _tools,
}


def _kind_of(item: Json, name: str) -> str:
    """Return the type of an item; clients leave it out of messages and of references."""
    kind = text(item.get("type"), f"{name}.type")
    if kind:
        return kind
    if item.get("role") is not None:
        return "message"
    if item.get("id") is not None:
        return "item_reference"
    raise wrong(f"{name}.type", "the type of an item")


def _call_id(item: Json, name: str) -> str:
    found = text(item.get("call_id"), f"{name}.call_id") or text(item.get("id"), f"{name}.id")
    if not found:
        raise wrong(f"{name}.call_id", "a string that is not empty")
    return found


def _joined(value: Any, name: str) -> str:
    """Return the words of a list of texts, with blank lines between them."""
    found = read_content(value, name)
    return "\n\n".join(each.text for each in found if isinstance(each, Text) and each.text)
