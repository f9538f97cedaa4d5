from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import Usage


def write_usage(usage: Usage) -> Json:
    """Write usage as Gemini does: thoughts beside the candidates, and what was sound."""
    said = usage.output_tokens - usage.reasoning_tokens
    told: Json = {
        "promptTokenCount": usage.input_tokens,
        "candidatesTokenCount": said,
        "totalTokenCount": usage.input_tokens + usage.output_tokens,
        "promptTokensDetails": _by_modality(usage.input_tokens, usage.audio_input_tokens),
        "candidatesTokensDetails": _by_modality(said, usage.audio_output_tokens),
    }
    if usage.cache_read_tokens:
        told["cachedContentTokenCount"] = usage.cache_read_tokens
    if usage.reasoning_tokens:
        told["thoughtsTokenCount"] = usage.reasoning_tokens
    return told


def _by_modality(tokens: int, audio: int) -> list[Json]:
    counts = {"TEXT": max(0, tokens - audio), "AUDIO": audio}
    return [{"modality": name, "tokenCount": number} for name, number in counts.items() if number]
