"""Usage as OpenAI and its many imitators write it, chat, completions and embeddings alike."""

from oblivious.adapters.dialects.counts import count, first, usage_of
from oblivious.adapters.lenient import Json, is_object, part, parts
from oblivious.contracts.usage import Usage

_NAMES = frozenset({"prompt_tokens", "completion_tokens", "total_tokens"})
_CACHE_READ = ("prompt_cache_hit_tokens", "cached_tokens")  # DeepSeek's and Moonshot's


def read_usage(answer: Json) -> Usage | None:
    """Return what an answer or a chunk says of its usage; None if it says nothing.

    Groq puts it below `x_groq` as well, Moonshot once put it into the last choice.
    """
    places = (answer, part(answer.get("x_groq")), *parts(answer.get("choices"))[-1:])
    told = (place.get("usage") for place in places)
    return next((counted(usage) for usage in told if is_object(usage)), None)


def counted(usage: Json) -> Usage | None:
    """Normalise one usage object; None if it has no counts at all."""
    if not usage.keys() & _NAMES:
        return None
    prompt, completion = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
    given, made = part(usage.get("prompt_tokens_details")), part(usage.get("completion_tokens_details"))
    reasoning = first(made.get("reasoning_tokens"), usage.get("reasoning_tokens"))
    if reasoning and count(usage.get("total_tokens")) == prompt + completion + reasoning:
        # xAI counts reasoning beside the completion, not in it.
        completion += reasoning
    return usage_of(
        prompt,
        completion,
        cache_read=first(given.get("cached_tokens"), *(usage.get(name) for name in _CACHE_READ)),
        cache_write=first(given.get("cache_write_tokens"), given.get("cache_creation_input_tokens")),
        reasoning=reasoning,
        audio_input=count(given.get("audio_tokens")),
        audio_output=count(made.get("audio_tokens")),
    )
