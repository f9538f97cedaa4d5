"""Usage as Converse tells it: cached tokens stand beside the input tokens."""

from oblivious.adapters.dialects.counts import count, usage_of
from oblivious.adapters.lenient import Json, parts
from oblivious.contracts.usage import Usage

_HOUR = "1h"


def counted(usage: Json, *, within: bool = False) -> Usage | None:
    """Normalise one usage object; None if it has no counts at all.

    `within`: the input tokens hold the cached ones already.
    """
    if "inputTokens" not in usage and "outputTokens" not in usage:
        return None
    read, written = count(usage.get("cacheReadInputTokens")), count(usage.get("cacheWriteInputTokens"))
    given, cached = count(usage.get("inputTokens")), read + written
    if within and given >= cached:
        given -= cached
    details = parts(usage.get("cacheDetails"))
    hour = min(written, sum(count(each.get("inputTokens")) for each in details if each.get("ttl") == _HOUR))
    return usage_of(
        given + cached,
        count(usage.get("outputTokens")),
        cache_read=read,
        cache_write=written - hour,
        cache_write_1h=hour,
    )
