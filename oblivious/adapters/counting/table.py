"""By dialect: who asks for a count of tokens, and who counts."""

from oblivious.adapters.counting.counter import Counter
from oblivious.adapters.dialects.anthropic.translate.counting import MESSAGES_COUNTER
from oblivious.adapters.dialects.bedrock.translate.counting import CONVERSE_COUNTER
from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK, GEMINI, OPENAI_RESPONSES
from oblivious.adapters.dialects.gemini.translate.counting import GEMINI_COUNTER
from oblivious.adapters.dialects.openai_responses.translate.counting import RESPONSES_COUNTER
from oblivious.adapters.providers.provider import Provider

COUNTERS: dict[str, Counter] = {
    counter.name: counter
    for counter in (RESPONSES_COUNTER, MESSAGES_COUNTER, GEMINI_COUNTER, CONVERSE_COUNTER)
}

NEAREST_COUNTERS: dict[str, tuple[str, ...]] = {
    OPENAI_RESPONSES: (OPENAI_RESPONSES, ANTHROPIC, BEDROCK, GEMINI),
    ANTHROPIC: (ANTHROPIC, BEDROCK, OPENAI_RESPONSES, GEMINI),
    GEMINI: (GEMINI, OPENAI_RESPONSES, ANTHROPIC, BEDROCK),
}
"""By a client's dialect: in which dialect a provider is asked; those that cannot count are not in it."""


def can_count(provider: Provider, dialect: str) -> bool:
    """Whether a provider may have anything where upstreams of a dialect count."""
    counter, transport = COUNTERS.get(dialect), provider.transports.get(dialect)
    return counter is not None and (transport is None or counter.path not in transport.lacks)
