"""What Claude models take, by their names: families differ in how they think, and in what they refuse.

Gathered from Anthropic's model pages and migration guides, 2026-11. Models of other vendors that speak this
dialect get what the oldest thinking Claude takes.
"""

import re

import msgspec

_CLAUDE = "claude"
_VERSION = re.compile(r"(?<!\d)(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)")
_NEWEST = (99, 0)


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """What one family of models takes.

    Attributes:
        thinks: it can think before it answers.
        adaptive: it is told an effort; others are given a budget of tokens.
        unasked: it thinks where nobody said anything about it.
        resumes: it thinks in the middle of a tool loop even if its earlier thoughts did not come back.
        off: the `thinking.type` that keeps it from thinking; empty where leaving `thinking` out does.
        always: nothing keeps it from thinking.
        forced: it can be made to call a tool, as long as it does not think.
        samplers: how many of temperature and top_p it takes at once; 0: none, and no top_k either.
        formats: it takes a schema for its answer.
        xhigh: it knows this effort.
        most_output: tokens that it writes at most.
    """

    thinks: bool = True
    adaptive: bool = False
    unasked: bool = False
    resumes: bool = False
    off: str = "disabled"
    always: bool = False
    forced: bool = True
    samplers: int = 2
    formats: bool = False
    xhigh: bool = False
    most_output: int = 64_000


_FOREIGN = Family()
_THOUGHTLESS = Family(thinks=False, off="")
_FOUR_FIVE = Family(formats=True, samplers=1)
_FOUR_SIX = msgspec.structs.replace(_FOUR_FIVE, adaptive=True, resumes=True)
_FOUR_SEVEN = msgspec.structs.replace(_FOUR_SIX, off="", samplers=0, xhigh=True, most_output=128_000)
_FIVE = msgspec.structs.replace(_FOUR_SEVEN, unasked=True, off="disabled")
_ALWAYS = msgspec.structs.replace(_FIVE, always=True, off="", forced=False)

_ANY = ""
_FAMILIES: tuple[tuple[str, tuple[int, int], Family], ...] = (
    ("fable", (0, 0), _ALWAYS),
    ("mythos", (0, 0), _ALWAYS),
    ("opus", (5, 5), _ALWAYS),
    ("sonnet", (5, 5), msgspec.structs.replace(_FIVE, off="between_tools", forced=False)),
    (_ANY, (5, 0), _FIVE),
    (_ANY, (4, 7), _FOUR_SEVEN),
    ("opus", (4, 6), msgspec.structs.replace(_FOUR_SIX, most_output=128_000)),
    (_ANY, (4, 6), _FOUR_SIX),
    (_ANY, (4, 5), _FOUR_FIVE),
    ("opus", (4, 1), Family(samplers=1, most_output=32_000)),
    ("opus", (4, 0), Family(most_output=32_000)),
    (_ANY, (3, 7), Family()),
    (_ANY, (3, 5), msgspec.structs.replace(_THOUGHTLESS, most_output=8_192)),
    (_ANY, (0, 0), msgspec.structs.replace(_THOUGHTLESS, most_output=4_096)),
)
"""A word of the name, the version it begins with, and the family; the first that fits is taken."""


def family_of(model: str) -> Family:
    """Return the family of a model, however a provider spells its name; without a version: the newest."""
    name = model.lower().rpartition(_CLAUDE)
    if not name[1]:
        return _FOREIGN
    found = _VERSION.search(name[2])
    version = (int(found[1]), int(found[2] or 0)) if found else _NEWEST
    return next(family for word, since, family in _FAMILIES if word in name[2] and version >= since)
