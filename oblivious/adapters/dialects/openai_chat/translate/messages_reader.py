"""Messages to turns."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.parts import Audio, Part, Refusal, Source, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Role, Turn
from oblivious.adapters.chat.state import read
from oblivious.adapters.dialects.fields import items, members, text, wrong
from oblivious.adapters.dialects.openai_chat.translate.content import read_content
from oblivious.adapters.dialects.openai_chat.translate.older import ALONE, numbered
from oblivious.adapters.dialects.openai_chat.translate.reasoning import read_from_client
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.errors import InvalidRequest

GOOGLE = "gemini"


def read_messages(value: Any) -> tuple[Turn, ...]:
    """Read the conversation.

    Raises:
        InvalidRequest: names the message, and what is wrong with it.
    """
    said = items(value, "messages")
    return numbered(_read_message(item, f"messages[{place}]") for place, item in enumerate(said))


def _read_message(value: Any, name: str) -> Turn:
    message = members(value, name)
    role = text(message.get("role"), f"{name}.role")
    read_role = _ROLES.get(role)
    if read_role is None:
        raise wrong(f"{name}.role", f"one of {', '.join(_ROLES)}, not {role!r}")
    return read_role(message, name)


def _plain(role: Role) -> Callable[[Json, str], Turn]:
    def read_plain(message: Json, name: str) -> Turn:
        parts = read_content(message.get("content"), f"{name}.content")
        return Turn(role, parts, text(message.get("name"), f"{name}.name"))

    return read_plain


def _assistant(message: Json, name: str) -> Turn:
    parts = read_from_client(message)
    parts += read_content(message.get("content"), f"{name}.content")
    if message.get("refusal"):
        parts.append(Refusal(text=text(message["refusal"], f"{name}.refusal")))
    audio = part(message.get("audio")).get("id")
    if isinstance(audio, str) and audio:
        parts.append(Audio(source=Source(), id=audio))
    calls = items(message.get("tool_calls"), f"{name}.tool_calls")
    parts += [_call(call, f"{name}.tool_calls[{place}]") for place, call in enumerate(calls)]
    if any(part(message.get("function_call")).values()):
        parts.append(_called(members(message["function_call"], f"{name}.function_call"), ALONE, name))
    return Turn("assistant", tuple(parts), text(message.get("name"), f"{name}.name"))


def _call(value: Any, name: str) -> Part:
    call = members(value, name)
    call_id = text(call.get("id"), f"{name}.id")
    custom = call.get("custom")
    if custom is not None and not part(call.get("function")):
        given = members(custom, f"{name}.custom")
        words = text(given.get("input"), f"{name}.custom.input")
        return ToolCall(
            id=call_id, name=text(given.get("name"), f"{name}.custom.name"), arguments=words, custom=True
        )
    signature = part(part(call.get("extra_content")).get("google")).get("thought_signature")
    function = members(call.get("function"), f"{name}.function")
    return _called(function, call_id, f"{name}.function", signature)


def _called(function: Json, call_id: str, name: str, signature: Any = None) -> Part:
    return ToolCall(
        id=call_id,
        name=text(function.get("name"), f"{name}.name"),
        arguments=text(function.get("arguments"), f"{name}.arguments"),
        state=read(signature, GOOGLE) if isinstance(signature, str) else None,
    )


def _tool(message: Json, name: str) -> Turn:
    call_id = text(message.get("tool_call_id"), f"{name}.tool_call_id")
    if not call_id:
        raise InvalidRequest(f"`{name}.tool_call_id` is missing", param=f"{name}.tool_call_id")
    return _result(message, call_id, name)


def _result(message: Json, call_id: str, name: str) -> Turn:
    content = read_content(message.get("content"), f"{name}.content")
    called = text(message.get("name"), f"{name}.name")
    result = ToolResult(call_id=call_id, content=content or (Text(text=""),), name=called)
    return Turn("user", (result,))


def _function(message: Json, name: str) -> Turn:
    return _result(message, ALONE, name)


_ROLES: dict[str, Callable[[Json, str], Turn]] = {
    "system": _plain("system"),
    "developer": _plain("developer"),
    "user": _plain("user"),
    "assistant": _assistant,
    "tool": _tool,
    "function": _function,
}
