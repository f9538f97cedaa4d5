import msgspec

from oblivious.demo import words
from oblivious.demo.answer import Ask, Tool
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json


class ToolUse(msgspec.Struct, frozen=True, rename="camel"):
    """A call that the model made."""

    tool_use_id: str
    name: str
    input: Json


class ResultPart(msgspec.Struct, frozen=True):
    """A part of what came of a call; what is no text is carried past."""

    text: str = ""


class ToolResult(msgspec.Struct, frozen=True, rename="camel"):
    """What came of a call."""

    tool_use_id: str
    content: list[ResultPart]


class ReasoningText(msgspec.Struct, frozen=True):
    """A thought, signed."""

    text: str
    signature: str = ""


class Reasoning(msgspec.Struct, frozen=True, rename="camel"):
    """A thought, readable or not."""

    reasoning_text: ReasoningText | None = None
    redacted_content: str = ""


class Document(msgspec.Struct, frozen=True):
    """A document."""

    name: str


class Block(msgspec.Struct, frozen=True, rename="camel"):
    """A piece of a turn; media are carried past."""

    text: str | None = None
    document: Document | None = None
    tool_use: ToolUse | None = None
    tool_result: ToolResult | None = None
    reasoning_content: Reasoning | None = None

    @property
    def signature(self) -> str:
        """Return what signs the thought in the block, "" if there is none."""
        thought = self.reasoning_content.reasoning_text if self.reasoning_content is not None else None
        return thought.signature if thought is not None else ""

    @property
    def words(self) -> str:
        """Return the text in the block, that of tool results too."""
        result = self.tool_result.content if self.tool_result is not None else ()
        return " ".join((self.text or "", *(part.text for part in result)))


class Message(msgspec.Struct, frozen=True):
    """One turn."""

    role: str
    content: list[Block]

    @property
    def text(self) -> str:
        """Return all the text of the turn."""
        return " ".join(block.words for block in self.content)


class InputSchema(msgspec.Struct, frozen=True):
    """What a tool takes."""

    json: Json


class ToolSpec(msgspec.Struct, frozen=True, rename="camel"):
    """A tool that may be used."""

    name: str
    input_schema: InputSchema


class ToolEntry(msgspec.Struct, frozen=True, rename="camel"):
    """A tool, or a point that ends a cached beginning."""

    tool_spec: ToolSpec | None = None


class Named(msgspec.Struct, frozen=True):
    """A tool by its name."""

    name: str


class ToolChoice(msgspec.Struct, frozen=True):
    """Which tool must be called."""

    any: Json | None = None
    tool: Named | None = None


class ToolConfig(msgspec.Struct, frozen=True, rename="camel"):
    """The tools and the choice of them."""

    tools: list[ToolEntry]
    tool_choice: ToolChoice | None = None


class InferenceConfig(msgspec.Struct, frozen=True, rename="camel"):
    """How the answer is to be."""

    max_tokens: int | None = None
    stop_sequences: list[str] | None = None


class JsonSchema(msgspec.Struct, frozen=True):
    """What the answer has to be JSON of; the schema is a text."""

    schema: str


class Structure(msgspec.Struct, frozen=True, rename="camel"):
    """Around it."""

    json_schema: JsonSchema


class TextFormat(msgspec.Struct, frozen=True):
    """Around that."""

    structure: Structure


class OutputConfig(msgspec.Struct, frozen=True, rename="camel"):
    """What the words are to look like."""

    text_format: TextFormat | None = None


class ConverseRequest(msgspec.Struct, rename="camel"):
    """The members of a request that the demo heeds; all others pass unread."""

    messages: list[Message]
    system: list[Block] = []
    tool_config: ToolConfig | None = None
    inference_config: InferenceConfig = InferenceConfig()
    output_config: OutputConfig = OutputConfig()
    additional_model_request_fields: Json = {}

    @property
    def tools(self) -> list[ToolSpec]:
        """Return the tools that may be called."""
        entries = self.tool_config.tools if self.tool_config is not None else []
        return [entry.tool_spec for entry in entries if entry.tool_spec is not None]

    @property
    def thinks(self) -> bool:
        """Tell whether thoughts are wanted, in the words of any maker."""
        asked = self.additional_model_request_fields
        thinking = asked.get("thinking", {}).get("type") in ("enabled", "adaptive")
        return thinking or "reasoningConfig" in asked or "reasoning_effort" in asked


_decoder = msgspec.json.Decoder(ConverseRequest)


def read_converse(body: bytes, mint: Mint) -> ConverseRequest:
    """Return the request.

    Raises:
        Refusal: 400, naming the field; a signature of another demo is one.
    """
    asked = read(_decoder, body)
    refuse_unless(asked.messages, "A conversation must have at least one message.", "messages")
    cap = asked.inference_config.max_tokens
    refuse_unless(cap is None or cap >= 1, "must be at least 1", "inferenceConfig.maxTokens")
    for place, message in enumerate(asked.messages):
        _check(message, f"messages.{place}.content", mint, describes=asked.tool_config is not None)
    names = [block.document.name for turn in asked.messages for block in turn.content if block.document]
    refuse_unless(len(names) == len(set(names)), "documents have the same name", "messages")
    return asked


def _check(message: Message, field: str, mint: Mint, *, describes: bool) -> None:
    content = message.content
    refuse_unless(content, "The content of a message is empty.", field)
    for block in content:
        tools = block.tool_use is not None or block.tool_result is not None
        refuse_unless(describes or not tools, "must be defined when blocks use tools", "toolConfig")
        refuse_unless(block.text is None or block.text.strip(), "The text field is blank.", field)
        refuse_unless(mint.accepts(block.signature), "Invalid `signature` in `thinking` block", field)
    alone = any(block.document for block in content) and not any(block.text for block in content)
    refuse_unless(not alone, "A text block must go with documents.", field)


def ask_of(asked: ConverseRequest) -> Ask:
    """Return what the request asks for."""
    users = [message.text for message in asked.messages if message.role == "user"]
    shape = asked.output_config.text_format
    return Ask(
        text=users[-1] if users else "",
        input_tokens=input_tokens(asked),
        tools=tuple(Tool(tool.name, tool.input_schema.json) for tool in asked.tools),
        forced=_forced(asked),
        answered=any(block.tool_result is not None for block in asked.messages[-1].content),
        cap=asked.inference_config.max_tokens,
        stops=tuple(asked.inference_config.stop_sequences or ()),
        thinks=asked.thinks,
        schema=read(_schemas, shape.structure.json_schema.schema.encode()) if shape is not None else None,
    )


_schemas = msgspec.json.Decoder(Json)


def input_tokens(asked: ConverseRequest) -> int:
    """Return the words of the whole conversation."""
    texts = (*(block.words for block in asked.system), *(message.text for message in asked.messages))
    return sum(map(words.count, texts))


def _forced(asked: ConverseRequest) -> str | None:
    choice = asked.tool_config.tool_choice if asked.tool_config is not None else None
    if choice is None:
        return None
    if choice.tool is not None:
        return choice.tool.name
    return "" if choice.any is not None else None
