"""The neutral conversation: what a client asks for, richer than any dialect can say it."""

from typing import Any, Literal

import msgspec

from oblivious.adapters.chat.parts import CacheMark, Part

Role = Literal["system", "developer", "user", "assistant"]
Mode = Literal["auto", "none", "required", "named"]


class Turn(msgspec.Struct, frozen=True):
    """What one side said; results of tools are parts of user turns.

    Attributes:
        name: who of several speakers it was.
    """

    role: Role
    parts: tuple[Part, ...]
    name: str = ""


class Tool(msgspec.Struct, frozen=True):
    """A tool that the model may use.

    Attributes:
        kind: `function` takes JSON by its `schema`; `custom` takes free text by its `grammar`; `hosted` is
            run by the provider.
        name: of a hosted one the neutral name: `web_search`, `code_execution`, `file_search` ...
        origin, native: the dialect of a hosted one, and its own object there.
        more: what else the client said of a function, in its dialect's words.
    """

    kind: Literal["function", "custom", "hosted"]
    name: str
    description: str = ""
    schema: Any = None
    strict: bool | None = None
    grammar: Any = None
    origin: str = ""
    native: Any = None
    cache: CacheMark | None = None
    more: dict[str, Any] = {}


class ToolChoice(msgspec.Struct, frozen=True):
    """Whether tools must be used: `named` the one in `names`; `auto` and `required` among `names` if any."""

    mode: Mode
    names: tuple[str, ...] = ()


class Format(msgspec.Struct, frozen=True):
    """What the answer must look like: any JSON object, or JSON by a schema."""

    kind: Literal["json_object", "json_schema"]
    schema: Any = None
    name: str = ""
    description: str = ""
    strict: bool | None = None


class Thinking(msgspec.Struct, frozen=True):
    """How much thinking is wanted.

    Attributes:
        enabled: None leaves it to the model.
        effort: none, minimal, low, medium, high, xhigh, max; empty where the client gave tokens instead.
        budget: tokens; -1 leaves it to the model.
        shown: whether the thoughts should come back: `auto`, `concise`, `detailed`, `omitted`, or empty.
    """

    enabled: bool | None = None
    effort: str = ""
    budget: int | None = None
    shown: str = ""


class ChatRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request. What is None or empty the client did not say.

    Attributes:
        origin: the dialect it came in.
        n: how many answers are wanted.
        max_output_tokens: for thoughts and words together.
        logprobs: None: not wanted; else how many alternatives for each token.
        user: who the caller says its end user is.
        cache_key: keeps conversations with a common beginning together.
        extra: members that are in no table, undecoded, by their name in the dialect of the origin.
    """

    origin: str
    model: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    parallel_tools: bool | None = None
    format: Format | None = None
    thinking: Thinking | None = None
    verbosity: str = ""
    stream: bool = False
    n: int = 1
    max_output_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    logprobs: int | None = None
    logit_bias: Any = None
    service_tier: str = ""
    user: str = ""
    metadata: Any = None
    cache_key: str = ""
    cache_retention: str = ""
    modalities: tuple[str, ...] = ()
    voice: Any = None
    prediction: Any = None
    store: bool | None = None
    safety: Any = None
    extra: dict[str, msgspec.Raw] = {}
