"""Usage as Gemini writes it: thoughts stand beside the candidates, and what tools read beside the prompt."""

from collections.abc import Collection
from typing import Any

from oblivious.adapters.dialects.counts import count, usage_of
from oblivious.adapters.lenient import Json, is_list, part, parts
from oblivious.contracts.usage import Usage

_NAMES = frozenset(
    {
        "promptTokenCount",
        "candidatesTokenCount",
        "responseTokenCount",
        "thoughtsTokenCount",
        "totalTokenCount",
    }
)
_AUDIO = "AUDIO"
_BY_PROMPT = ("gemini-1", "gemini-2")
"""Families that charge for searches by the prompt that had any; later ones by the query (prices, 2026-11)."""


def read_usage(answer: Json) -> Usage | None:
    """Return what a whole answer says of its usage; None if it says nothing."""
    queries = {query for candidate in parts(answer.get("candidates")) for query in queries_in(candidate)}
    return counted(answer.get("usageMetadata"), searches_for(queries, answer.get("modelVersion")))


def counted(usage: Any, searches: int = 0) -> Usage | None:
    """Normalise one usage object; None if it has no counts at all."""
    told = part(usage)
    if _NAMES.isdisjoint(told):
        return None
    given = count(told.get("promptTokenCount")) + count(told.get("toolUsePromptTokenCount"))
    thought = count(told.get("thoughtsTokenCount"))
    return usage_of(
        given,
        _said(told, given + thought) + thought,
        cache_read=count(told.get("cachedContentTokenCount")),
        reasoning=thought,
        audio_input=max(
            0,
            _audio(told, "promptTokensDetails", "toolUsePromptTokensDetails")
            - _audio(told, "cacheTokensDetails"),
        ),
        audio_output=_audio(told, "candidatesTokensDetails", "responseTokensDetails"),
        searches=searches,
    )


def queries_in(candidate: Json) -> list[str]:
    """Return the web searches that an answer rests on."""
    queries = part(candidate.get("groundingMetadata")).get("webSearchQueries")
    return [query for query in queries if isinstance(query, str)] if is_list(queries) else []


def searches_for(queries: Collection[str], model: Any) -> int:
    """Return how many searches are charged for."""
    found = len(set(queries)) if queries else 0
    by_prompt = isinstance(model, str) and model.startswith(_BY_PROMPT)
    return min(found, 1) if by_prompt else found


def _said(told: Json, others: int) -> int:
    """Return the tokens of the candidates; some leave them out and tell only the total."""
    for name in ("candidatesTokenCount", "responseTokenCount"):
        if told.get(name) is not None:
            return count(told[name])
    return max(0, count(told.get("totalTokenCount")) - others)


def _audio(told: Json, *names: str) -> int:
    total = 0
    for name in names:
        for detail in parts(told.get(name)) if name in told else ():
            if detail.get("modality") == _AUDIO:
                total += count(detail.get("tokenCount"))
    return total
