"""Tokens and how likely they were: nearly as in chat completions, but nothing may be missing."""

from typing import Any

from oblivious.adapters.lenient import Json, is_list, parts


def tokens_in(value: Any) -> list[Json]:
    """Return the tokens with all the members that typed clients expect; what is no token is left out."""
    return [
        {
            **_token(token),
            "top_logprobs": [_token(other) for other in parts(token.get("top_logprobs")) if _is(other)],
        }
        for token in parts(value)
        if _is(token)
    ]


def _is(token: Json) -> bool:
    probability = token.get("logprob")
    return (
        isinstance(token.get("token"), str)
        and isinstance(probability, int | float)
        and not isinstance(probability, bool)
    )


def _token(token: Json) -> Json:
    text, given = token["token"], token.get("bytes")
    spelled = given if is_list(given) else list(text.encode("utf-8", "replace"))
    return {"token": text, "bytes": spelled, "logprob": token["logprob"]}
