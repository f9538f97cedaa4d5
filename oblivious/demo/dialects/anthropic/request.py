import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Ask, Tool
from oblivious.demo.dialects.reading import Content, read, refuse_unless, text_of
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json
from oblivious.demo.schema import schema_of
from oblivious.demo.wire.request import Request


class Message(msgspec.Struct):
    """One turn."""

    role: str
    content: Content


class ToolDefinition(msgspec.Struct):
    """A tool that may be used."""

    name: str = ""
    input_schema: dict[str, object] | None = None


class ToolChoice(msgspec.Struct):
    """Which tool, and whether several."""

    type: str
    name: str = ""
    disable_parallel_tool_use: bool = False


class Thinking(msgspec.Struct):
    """Whether the model is to think."""

    type: str


class CountRequest(msgspec.Struct):
    """What both a message and a count of its tokens need."""

    model: str
    messages: list[Message]
    system: Content = None
    tools: list[ToolDefinition] | None = None
    tool_choice: ToolChoice | None = None
    thinking: Thinking | None = None


class MessageRequest(CountRequest, kw_only=True):
    """The members of a message request that the demo heeds; all others pass unread."""

    max_tokens: int
    stop_sequences: list[str] | None = None
    stream: bool | None = False
    output_config: Json | None = None
    output_format: Json | None = None


_counts = msgspec.json.Decoder(CountRequest)
_messages = msgspec.json.Decoder(MessageRequest)


def read_count(request: Request) -> CountRequest:
    """Return what is to be counted.

    Raises:
        Refusal: 400, naming the field or the header.
    """
    asked = read(_counts, request.body)
    _check(request, asked)
    return asked


def read_message(request: Request, mint: Mint) -> MessageRequest:
    """Return the request for a message.

    Raises:
        Refusal: 400, naming the field or the header; a signature of another demo is one.
    """
    asked = read(_messages, request.body)
    _check(request, asked)
    refuse_unless(asked.max_tokens >= 1, "Input should be greater than or equal to 1", "max_tokens")
    for place, message in enumerate(asked.messages):
        for block, part in enumerate(message.content if isinstance(message.content, list) else ()):
            field = f"messages.{place}.content.{block}"
            genuine = mint.accepts(part.signature or "")
            refuse_unless(genuine, "Invalid `signature` in `thinking` block", field)
    return asked


def input_tokens(asked: CountRequest) -> int:
    """Return the words of the whole conversation."""
    texts = (text_of(asked.system), *(text_of(message.content) for message in asked.messages))
    return sum(map(words.count, texts))


def ask_of(asked: MessageRequest) -> Ask:
    """Return what the request asks for."""
    users = [text_of(message.content) for message in asked.messages if message.role == "user"]
    choice = asked.tool_choice or ToolChoice("auto")
    return Ask(
        text=users[-1] if users else "",
        input_tokens=input_tokens(asked),
        tools=_tools(asked) if choice.type != "none" else (),
        forced={"any": "", "tool": choice.name}.get(choice.type),
        parallel=not choice.disable_parallel_tool_use,
        answered=_is_result(asked.messages[-1]),
        cap=asked.max_tokens,
        stops=tuple(asked.stop_sequences or ()),
        thinks=asked.thinking is not None and asked.thinking.type in ("enabled", "adaptive"),
        schema=schema_of((asked.output_config or {}).get("format") or asked.output_format),
    )


def _check(request: Request, asked: CountRequest) -> None:
    refuse_unless("anthropic-version" in request.headers, "header is required", "anthropic-version")
    refuse_unless(asked.messages, "at least one message is required", "messages")


def _tools(asked: CountRequest) -> tuple[Tool, ...]:
    return tuple(Tool(tool.name, tool.input_schema or {}) for tool in asked.tools or ())


def _is_result(message: Message) -> bool:
    return isinstance(message.content, list) and any(part.type == "tool_result" for part in message.content)
