"""When a provider may be asked again, where only its words say so. Pure."""

import re

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_UNIT = r"(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h|days?|d)\b"
_TIME = rf"\d{{1,9}}(?:\.\d{{1,12}})? ?(?:{_UNIT}|[hm](?=\d))"
_SAID = re.compile(rf"(?:try again|retry) (?:in|after) ((?:{_TIME} ?){{1,4}})")
_PIECE = re.compile(r"(\d+(?:\.\d+)?) ?(ms|mil|[smhd])")
LONGEST_WAIT_MS = 24 * 3_600_000
"""However long a provider says."""

_PER_DAY = "-per-day"
DAILY_WAIT_MS = 3_600_000
"""A limit of a day is filled at its end, which the words do not say: ask seldom until then."""


def said_wait_ms(sentence: str) -> int | None:
    """Return how long a sentence in small letters says to wait, None if it does not.

    OpenAI and Groq: `Please try again in 6m0s` or `350ms`; Azure: `Please retry after 33 seconds`;
    OpenRouter: `Rate limit exceeded: free-models-per-day` (their users' reports, 2026-11).
    """
    said = _SAID.search(sentence)
    if said is None:
        return DAILY_WAIT_MS if _PER_DAY in sentence else None
    pieces = _PIECE.findall(said[1])
    wait = sum(float(number) * _UNITS["ms" if unit == "mil" else unit] for number, unit in pieces)
    return min(int(wait), LONGEST_WAIT_MS) or None
