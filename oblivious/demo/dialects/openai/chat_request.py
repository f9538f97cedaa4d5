from typing import Any

import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Ask, Tool
from oblivious.demo.dialects.reading import Content, Function, read, refuse_unless, text_of
from oblivious.demo.schema import schema_of

_MAX_CHOICES = 128


class Message(msgspec.Struct):
    """One turn."""

    role: str
    content: Content = None
    tool_call_id: str | None = None


class ToolDefinition(msgspec.Struct):
    """A tool that may be called."""

    type: str = "function"
    function: Function = Function()


class ToolChoice(msgspec.Struct):
    """The tool that must be called."""

    type: str = "function"
    function: Function = Function()


class StreamOptions(msgspec.Struct):
    """What a stream tells besides the answer."""

    include_usage: bool | None = False


class ChatRequest(msgspec.Struct):
    """The members of a chat request that the demo heeds; all others pass unread."""

    model: str
    messages: list[Message]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = 1
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    tools: list[ToolDefinition] | None = None
    tool_choice: str | ToolChoice | None = None
    parallel_tool_calls: bool | None = True
    reasoning_effort: str | None = None
    response_format: Any = None

    @property
    def choices(self) -> int:
        """Return how many answers are asked for."""
        return 1 if self.n is None else self.n

    @property
    def usage_asked(self) -> bool:
        """Tell whether the stream has to end with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


_decoder = msgspec.json.Decoder(ChatRequest)


def read_chat(body: bytes) -> ChatRequest:
    """Return the request.

    Raises:
        Refusal: 400, naming the field.
    """
    request = read(_decoder, body)
    refuse_unless(request.messages, "[] is too short - 'messages'", "messages", "empty_array")
    refuse_stream_options(request.stream_options, stream=bool(request.stream))
    refuse_unless(
        1 <= request.choices <= _MAX_CHOICES, "n must be between 1 and 128.", "n", "integer_out_of_range"
    )
    return request


def refuse_stream_options(options: StreamOptions | None, *, stream: bool) -> None:
    """Refuse stream options outside a stream, as OpenAI does.

    Raises:
        Refusal: there are some.
    """
    message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    refuse_unless(stream or options is None, message, "stream_options")


def ask_of(request: ChatRequest) -> Ask:
    """Return what the request asks for."""
    texts = [text_of(message.content) for message in request.messages]
    users = [text_of(message.content) for message in request.messages if message.role == "user"]
    cap = request.max_completion_tokens
    return Ask(
        text=users[-1] if users else "",
        input_tokens=sum(map(words.count, texts)),
        tools=_tools(request),
        forced=_forced(request.tool_choice),
        parallel=request.parallel_tool_calls is not False,
        answered=request.messages[-1].role == "tool",
        cap=request.max_tokens if cap is None else cap,
        stops=stops_of(request.stop),
        choices=request.choices,
        thinks=request.reasoning_effort not in (None, "none"),
        schema=schema_of(request.response_format),
    )


def stops_of(stop: str | list[str] | None) -> tuple[str, ...]:
    """Return the stop sequences as the client may write them."""
    return (stop,) if isinstance(stop, str) else tuple(stop or ())


def _tools(request: ChatRequest) -> tuple[Tool, ...]:
    if request.tool_choice == "none":
        return ()
    functions = [tool.function for tool in request.tools or () if tool.type == "function"]
    return tuple(Tool(function.name, function.parameters or {}) for function in functions)


def _forced(choice: str | ToolChoice | None) -> str | None:
    if isinstance(choice, ToolChoice):
        return choice.function.name
    return "" if choice == "required" else None
