"""Log probabilities: nearly in the shape of chat completions, but for what is empty there."""

from typing import Any

from oblivious.adapters.lenient import Json, is_list, parts


def read_logprobs(value: object) -> list[Json]:
    """Return the tokens that a list tells of; what is no token is left out."""
    return [
        {**token, "top_logprobs": _tokens(entry.get("top_logprobs"))}
        for entry in parts(value)
        for token in _tokens([entry])
    ]


def _tokens(value: object) -> list[Json]:
    return [
        {"token": entry["token"], "logprob": entry["logprob"], "bytes": _bytes(entry.get("bytes"))}
        for entry in parts(value)
        if isinstance(entry.get("token"), str) and _is_number(entry.get("logprob"))
    ]


def _bytes(value: Any) -> list[int] | None:
    known = is_list(value) and value and all(isinstance(item, int) for item in value)
    return value if known else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
