import msgspec

from oblivious.demo.answer import Ask, Tool
from oblivious.demo.dialects.gemini.contents import Content
from oblivious.demo.dialects.gemini.naming import in_camel_case
from oblivious.demo.dialects.gemini.signatures import check_signatures
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json
from oblivious.demo.schema import ANY_JSON

_JSON = "application/json"
_MAX_CANDIDATES = 8


class Declaration(msgspec.Struct, rename="camel"):
    """A function that may be called."""

    name: str = ""
    parameters: Json | None = None
    parameters_json_schema: Json | None = None


class ToolGroup(msgspec.Struct, rename="camel"):
    """Functions that are declared together; Google's own tools pass unread."""

    function_declarations: list[Declaration] | None = None


_ANY, _NONE = ("ANY", 2), ("NONE", 3)


class CallingConfig(msgspec.Struct, rename="camel"):
    """Whether functions may or must be called, and which."""

    mode: str | int | None = None
    """By name, or by number, as clients on protocol buffers write it."""
    allowed_function_names: list[str] | None = None


class ToolConfig(msgspec.Struct, rename="camel"):
    """How tools are to be used."""

    function_calling_config: CallingConfig | None = None


class ThinkingConfig(msgspec.Struct, rename="camel"):
    """How much is to be thought, and told of it."""

    include_thoughts: bool | None = None
    thinking_budget: int | None = None


class GenerationConfig(msgspec.Struct, rename="camel"):
    """How the answer is to be."""

    candidate_count: int | None = None
    max_output_tokens: int | None = None
    stop_sequences: list[str] | None = None
    response_mime_type: str | None = None
    response_schema: Json | None = None
    response_json_schema: Json | None = None
    thinking_config: ThinkingConfig | None = None

    @property
    def thinks(self) -> bool:
        """Tell whether thoughts are to be shown."""
        thinking = self.thinking_config or ThinkingConfig()
        return bool(thinking.include_thoughts) and thinking.thinking_budget != 0

    @property
    def schema(self) -> Json | None:
        """Return what the answer has to be JSON of; None if it may be prose."""
        if self.response_mime_type != _JSON:
            return None
        return self.response_json_schema or self.response_schema or ANY_JSON


class GenerateRequest(msgspec.Struct, rename="camel"):
    """The members of a request that the demo heeds; all others pass unread."""

    contents: list[Content] | None = None
    system_instruction: Content | None = None
    tools: list[ToolGroup] | None = None
    tool_config: ToolConfig | None = None
    generation_config: GenerationConfig | None = None

    @property
    def turns(self) -> list[Content]:
        """Return the conversation."""
        return self.contents or []

    @property
    def config(self) -> GenerationConfig:
        """Return how the answer is to be."""
        return self.generation_config or GenerationConfig()

    @property
    def calling(self) -> CallingConfig:
        """Return whether functions may or must be called, and which."""
        tools = self.tool_config or ToolConfig()
        return tools.function_calling_config or CallingConfig()

    @property
    def input_tokens(self) -> int:
        """Return the words of the whole conversation."""
        system = [self.system_instruction] if self.system_instruction else []
        return sum(content.tokens for content in (*system, *self.turns))


_decoder = msgspec.json.Decoder(GenerateRequest)


def read_generate(body: bytes, mint: Mint) -> GenerateRequest:
    """Return the request.

    Raises:
        Refusal: 400, naming the field; a signature that is lost or of another demo is one.
    """
    asked = read(_decoder, in_camel_case(body))
    refuse_unless(asked.turns, "contents is not specified", "contents")
    candidates, cap = asked.config.candidate_count, asked.config.max_output_tokens
    fits = candidates is None or 1 <= candidates <= _MAX_CANDIDATES
    refuse_unless(fits, "must be from 1 to 8", "generationConfig.candidateCount")
    refuse_unless(cap is None or cap >= 1, "must be positive", "generationConfig.maxOutputTokens")
    check_signatures(asked.turns, mint)
    return asked


def ask_of(asked: GenerateRequest) -> Ask:
    """Return what the request asks for."""
    users = [content.text for content in asked.turns if content.role != "model"]
    config = asked.config
    return Ask(
        text=users[-1] if users else "",
        input_tokens=asked.input_tokens,
        tools=_tools(asked),
        forced="" if asked.calling.mode in _ANY else None,
        answered=asked.turns[-1].answers_calls,
        cap=config.max_output_tokens,
        stops=tuple(config.stop_sequences or ()),
        choices=config.candidate_count or 1,
        thinks=config.thinks,
        schema=config.schema,
    )


def _tools(asked: GenerateRequest) -> tuple[Tool, ...]:
    if asked.calling.mode in _NONE:
        return ()
    declared = [one for group in asked.tools or () for one in group.function_declarations or ()]
    allowed = asked.calling.allowed_function_names or [one.name for one in declared]
    return tuple(
        Tool(one.name, one.parameters_json_schema or one.parameters or {})
        for one in declared
        if one.name in allowed
    )
