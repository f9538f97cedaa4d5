from oblivious.demo.reply import Json
from oblivious.demo.usage import Usage


def usage_json(usage: Usage) -> Json:
    """Return the usage as Gemini tells it: thoughts stand beside the output, not within it."""
    thoughts = {"thoughtsTokenCount": usage.reasoning_tokens} if usage.reasoning_tokens else {}
    return {
        "promptTokenCount": usage.input_tokens,
        "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
        **thoughts,
        "totalTokenCount": usage.total_tokens,
        "promptTokensDetails": text_tokens(usage.input_tokens),
    }


def text_tokens(count: int) -> list[Json]:
    """Return how many tokens are of which kind; the demo reads only text."""
    return [{"modality": "TEXT", "tokenCount": count}]


class UsageSoFar:
    """The usage as it grows: Gemini tells it with every piece of a stream.

    Args:
        total: where it ends; None tells nothing.
    """

    def __init__(self, total: Usage | None) -> None:
        self._total = total
        self._output = 0
        self._reasoning = 0

    def plus(self, tokens: int, *, thought: bool) -> Json:
        """Return the member that tells the usage after so many more tokens."""
        self._output += tokens
        self._reasoning += tokens if thought else 0
        if self._total is None:
            return {}
        output = min(self._output, self._total.output_tokens)
        reasoning = min(self._reasoning, self._total.reasoning_tokens)
        return told_usage(Usage(self._total.input_tokens, output, reasoning))

    def all(self) -> Json:
        """Return the member that tells the whole usage."""
        return told_usage(self._total)


def told_usage(usage: Usage | None) -> Json:
    """Return the member that tells the usage, nothing if it is withheld."""
    return {} if usage is None else {"usageMetadata": usage_json(usage)}
