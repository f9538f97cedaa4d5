"""Usage as Anthropic's clients expect it: what went through a cache stands beside the input."""

from oblivious.adapters.dialects.anthropic.translate.tiers import write_served
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import NOTHING, Usage


def write_usage(usage: Usage | None, service_tier: str = "") -> Json:
    """Write the usage of a whole message."""
    known = usage or NOTHING
    written = write_cumulative(known)
    written["cache_creation"] = _by_lifetime(known)
    written["service_tier"] = write_served(service_tier)
    return written


def write_cumulative(usage: Usage) -> Json:
    """Write the sums that end a stream."""
    made = usage.cache_write_tokens + usage.cache_write_1h_tokens
    written: Json = {
        "input_tokens": max(0, usage.input_tokens - usage.cache_read_tokens - made),
        "cache_creation_input_tokens": made,
        "cache_read_input_tokens": usage.cache_read_tokens,
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"thinking_tokens": usage.reasoning_tokens},
    }
    if usage.searches:
        written["server_tool_use"] = {"web_search_requests": usage.searches, "web_fetch_requests": 0}
    if usage.cache_write_1h_tokens:
        written["cache_creation"] = _by_lifetime(usage)
    return written


def _by_lifetime(usage: Usage) -> Json:
    return {
        "ephemeral_5m_input_tokens": usage.cache_write_tokens,
        "ephemeral_1h_input_tokens": usage.cache_write_1h_tokens,
    }
