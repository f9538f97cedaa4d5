"""What models take on Bedrock, by their names: Converse is one API for all, but each refuses what it lacks.

From the Bedrock guide's pages on supported models and features, on structured output and on prompt caching,
and Nova's guide (2026-11). A name that says nothing, as that of an inference profile, is taken for a model
that has tools and nothing else.
"""

import re

import msgspec

from oblivious.adapters.dialects.anthropic.translate.families import Family, family_of

_CLAUDE = "claude"


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What one model takes.

    Attributes:
        claude: it is one, so that it signs its thoughts and wants them back.
        family: how it thinks if it is a Claude; what else it takes if it is none.
        effort: the member that says how much to think, of those who take a word for it.
        caches: it may be told where a cached beginning ends.
        nova: it is one, and has a place of its own for what chooses words.
        hosted: neutral names of tools that it runs itself to its own names of them.
        cached_within: its streams count cached tokens within the input, as its maker does, and beside it once
            more; whole answers do not (measured by others with gpt-5.6, seen 2026-11).
    """

    claude: bool = False
    family: Family
    effort: str = ""
    caches: bool = False
    nova: bool = False
    hosted: dict[str, str] = {}
    cached_within: bool = False


_PLAIN = Family(thinks=False, off="")
_SHAPED = msgspec.structs.replace(_PLAIN, formats=True)
_FREE = msgspec.structs.replace(_PLAIN, forced=False)
_NOVA_TOOLS = {"web_search": "nova_grounding", "code_execution": "nova_code_interpreter"}

_MODELS: tuple[tuple[re.Pattern[str], Model], ...] = (
    (
        re.compile(r"nova-2"),
        Model(family=_PLAIN, effort="reasoningConfig", caches=True, nova=True, hosted=_NOVA_TOOLS),
    ),
    (re.compile(r"nova"), Model(family=_PLAIN, caches=True, nova=True)),
    (re.compile(r"openai|gpt-oss"), Model(family=_SHAPED, effort="reasoning_effort", cached_within=True)),
    (re.compile(r"llama|cohere|ai21|titan|palmyra|deepseek\.r1"), Model(family=_FREE)),
    (re.compile(r"qwen|deepseek|gemma|minimax|mistral|moonshot|nvidia|zai"), Model(family=_SHAPED)),
    (re.compile(r""), Model(family=_PLAIN)),
)
"""The first whose pattern a name holds is taken."""


def model_of(name: str) -> Model:
    """Return what a model takes, by Bedrock's name of it."""
    lower = name.lower()
    if _CLAUDE in lower:
        return Model(claude=True, family=family_of(lower), caches=True)
    return next(model for pattern, model in _MODELS if pattern.search(lower))
