"""Usage as Cohere tells it: what it bills, and beside it what its models read and wrote.

Cohere puts words of its own around a conversation, and bills none of them (its page on pricing, read
2026-11-27). What it bills counts here: it is what a price is for, and what the client gave. The other numbers
count only where nothing is said to be billed.
"""

from oblivious.adapters.dialects.counts import count, usage_of
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.usage import Usage

_INPUT, _OUTPUT = "input_tokens", "output_tokens"


def counted(told: object) -> Usage | None:
    """Normalise one usage object; None if it has no counts at all."""
    usage = part(told)
    billed, seen = part(usage.get("billed_units")), part(usage.get("tokens"))
    counts = billed if _counts(billed) else seen
    if not _counts(counts):
        return None
    given = count(counts.get(_INPUT))
    unbilled = max(0, count(seen.get(_INPUT)) - given)
    return usage_of(
        given,
        count(counts.get(_OUTPUT)),
        # What Cohere adds comes first, so it is cached first.
        cache_read=max(0, count(usage.get("cached_tokens")) - unbilled),
        reasoning=count(seen.get("reasoning_tokens")),
        searches=count(billed.get("search_units")),
    )


def _counts(units: Json) -> bool:
    return units.get(_INPUT) is not None or units.get(_OUTPUT) is not None
