"""Usage as OpenAI and its many imitators write it, chat, completions and embeddings alike."""

from oblivious.adapters.dialects.counts import count, uncounted, usage_of
from oblivious.adapters.lenient import Json, is_object, part, parts
from oblivious.contracts.usage import Usage

_NAMES = frozenset({"prompt_tokens", "completion_tokens", "total_tokens"})


def read_usage(answer: Json) -> Usage | None:
    """Return what an answer or a chunk says of its usage; None if it says nothing.

    Groq puts it below `x_groq` as well, Moonshot once put it into the last choice.
    """
    usage = answer.get("usage")
    if not is_object(usage):
        elsewhere = (part(answer.get("x_groq")), *parts(answer.get("choices"))[-1:])
        usage = next((place["usage"] for place in elsewhere if is_object(place.get("usage"))), None)
    return counted(usage) if usage is not None else None


def counted(usage: Json) -> Usage | None:
    """Normalise one usage object; None if it has no counts at all, or says that it has none."""
    if _NAMES.isdisjoint(usage) or uncounted(usage.get("prompt_tokens"), usage.get("completion_tokens")):
        return None
    prompt, completion = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
    if usage.keys() <= _NAMES:
        return Usage(prompt, completion)
    given, made = part(usage.get("prompt_tokens_details")), part(usage.get("completion_tokens_details"))
    reasoning = count(made.get("reasoning_tokens")) or count(usage.get("reasoning_tokens"))
    audio, read = count(given.get("audio_tokens")), count(given.get("cached_tokens")) or _cache_read(usage)
    beside = count(usage.get("total_tokens")) - prompt - completion if reasoning or audio else 0
    if reasoning and beside == reasoning:
        # xAI counts reasoning beside the completion, not in it.
        completion += reasoning
    if audio and beside == audio:
        # So does Mistral with the sounds of a prompt.
        prompt += audio
    if read > prompt:
        # And Azure's Grok with what came from its cache, which even the total leaves out.
        prompt += read
    return usage_of(
        prompt,
        completion,
        cache_read=read,
        cache_write=count(given.get("cache_write_tokens")) or count(given.get("cache_creation_input_tokens")),
        reasoning=reasoning,
        audio_input=audio,
        audio_output=count(made.get("audio_tokens")),
        searches=count(usage.get("search_count")),  # Baichuan's
    )


def _cache_read(usage: Json) -> int:
    """DeepSeek and Moonshot have names of their own for what came from the cache."""
    return count(usage.get("prompt_cache_hit_tokens")) or count(usage.get("cached_tokens"))
