"""Usage as Anthropic writes it: cache tokens stand beside the input tokens, and a stream repeats its sums."""

from oblivious.adapters.dialects.counts import count, uncounted, usage_of
from oblivious.adapters.lenient import Json, part, parts
from oblivious.contracts.usage import Usage, together

_NAMES = frozenset(
    {"input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"}
)

_COMPACTION = "compaction"
"""An iteration that is billed, and that the sums of a message leave out (anthropic 2.11 for Python, 2026-11).

So is an advisor's, but it is another model with other prices, of which nobody here has been told.
"""


def billed(usage: Json) -> Usage | None:
    """Normalise what a message cost, compactions included, which only clients of its own dialect ask for."""
    told = counted(usage)
    if told is None or "iterations" not in usage:
        return told
    beside = [counted(each) for each in parts(usage["iterations"]) if each.get("type") == _COMPACTION]
    more = [each for each in beside if each is not None]
    return together([told, *more]) if more else told


def counted(usage: Json) -> Usage | None:
    """Normalise one usage object; None if it has no counts at all, or says that it has none."""
    if _NAMES.isdisjoint(usage) or uncounted(usage.get("input_tokens"), usage.get("output_tokens")):
        return None
    read, written = (
        count(usage.get("cache_read_input_tokens")),
        count(usage.get("cache_creation_input_tokens")),
    )
    split = part(usage.get("cache_creation"))
    hour, minutes = (
        count(split.get("ephemeral_1h_input_tokens")),
        count(split.get("ephemeral_5m_input_tokens")),
    )
    written = max(written, hour + minutes)
    return usage_of(
        count(usage.get("input_tokens")) + read + written,
        count(usage.get("output_tokens")),
        cache_read=read,
        cache_write=written - hour,
        cache_write_1h=hour,
        reasoning=count(part(usage.get("output_tokens_details")).get("thinking_tokens")),
        searches=count(part(usage.get("server_tool_use")).get("web_search_requests")),
    )


def latest(known: Json, told: object) -> None:
    """Let a later usage object replace what it says anew; it never adds up, and null says nothing."""
    known.update({name: value for name, value in part(told).items() if value is not None})
