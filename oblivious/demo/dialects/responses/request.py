from typing import Any

import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Ask, Tool
from oblivious.demo.dialects.reading import Content, read, refuse_unless, text_of
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json
from oblivious.demo.schema import schema_of

RESPONSE_PREFIX = "resp_"
ENCRYPTED = "reasoning.encrypted_content"


class Item(msgspec.Struct):
    """One item of the input, of whatever type."""

    type: str = "message"
    role: str = ""
    content: Content = None
    output: Content = None
    encrypted_content: str | None = None


class Reasoning(msgspec.Struct):
    """How much is to be thought, and told of it."""

    effort: str | None = None
    summary: str | None = None


class ResponseRequest(msgspec.Struct):
    """The members of a request that the demo heeds, and those that a response repeats."""

    model: str
    input: str | list[Item] = ""
    instructions: str | list[Item] | None = None
    stream: bool | None = False
    max_output_tokens: int | None = None
    tools: list[Json] | None = None
    tool_choice: str | Json | None = None
    parallel_tool_calls: bool | None = True
    previous_response_id: str | None = None
    include: list[str] | None = None
    reasoning: Reasoning | None = None
    metadata: Json | None = None
    store: bool | None = True
    temperature: float | None = None
    top_p: float | None = None
    text: Json | None = None

    @property
    def thinks(self) -> bool:
        """Tell whether there is to be a reasoning item."""
        return self.reasoning is not None and self.reasoning.effort != "none"

    @property
    def encrypted(self) -> bool:
        """Tell whether the reasoning is to be handed out in encrypted form."""
        return ENCRYPTED in (self.include or ())


_decoder = msgspec.json.Decoder(ResponseRequest)


def read_response(body: bytes, mint: Mint) -> ResponseRequest:
    """Return the request.

    Raises:
        Refusal: 400, naming the field; another server's response or another demo's reasoning is one.
    """
    asked = read(_decoder, body)
    refuse_unless(asked.input, "Missing required parameter: 'input'.", "input", "missing_required_parameter")
    cap = asked.max_output_tokens
    refuse_unless(
        cap is None or cap >= 1, "Expected a value >= 1.", "max_output_tokens", "integer_below_min_value"
    )
    before = asked.previous_response_id
    refuse_unless(
        before is None or mint.made(before, RESPONSE_PREFIX),
        f"Previous response with id '{before}' not found.",
        "previous_response_id",
        "previous_response_not_found",
    )
    for place, item in enumerate(_items(asked)):
        genuine = mint.accepts(item.encrypted_content or "")
        refuse_unless(
            genuine,
            "The encrypted content could not be verified.",
            f"input[{place}].encrypted_content",
            "invalid_encrypted_content",
        )
    return asked


def ask_of(asked: ResponseRequest) -> Ask:
    """Return what the request asks for."""
    items = _items(asked)
    users = [text_of(item.content) for item in items if item.role == "user"]
    if isinstance(asked.input, str):
        users = [asked.input]
    return Ask(
        text=users[-1] if users else "",
        input_tokens=_input_tokens(asked, items),
        tools=_tools(asked),
        forced=_forced(asked.tool_choice),
        parallel=asked.parallel_tool_calls is not False,
        answered=bool(items) and items[-1].type.endswith("_output"),
        cap=asked.max_output_tokens,
        thinks=asked.thinks,
        schema=schema_of((asked.text or {}).get("format")),
    )


def _items(asked: ResponseRequest) -> list[Item]:
    return [] if isinstance(asked.input, str) else asked.input


def _input_tokens(asked: ResponseRequest, items: list[Item]) -> int:
    plain = [text for text in (asked.input, asked.instructions) if isinstance(text, str)]
    spoken = [text_of(item.content) + text_of(item.output) for item in items]
    return sum(map(words.count, plain + spoken))


def _tools(asked: ResponseRequest) -> tuple[Tool, ...]:
    if asked.tool_choice == "none":
        return ()
    functions = [tool for tool in asked.tools or () if tool.get("type") == "function"]
    return tuple(Tool(str(tool.get("name", "")), tool.get("parameters") or {}) for tool in functions)


def _forced(choice: str | dict[str, Any] | None) -> str | None:
    if isinstance(choice, dict):
        return str(choice.get("name", ""))
    return "" if choice == "required" else None
