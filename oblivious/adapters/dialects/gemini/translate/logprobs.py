"""How likely the tokens were: `logprobsResult`, to and from the shape of chat completions."""

from typing import Any

from oblivious.adapters.lenient import Json, part, parts


def read_logprobs(result: Any) -> list[Json]:
    """Return the tokens of a candidate with their alternatives; none where nothing is said of them."""
    told = part(result)
    others = parts(told.get("topCandidates"))
    return [
        {
            **_read_token(chosen),
            "top_logprobs": [
                _read_token(other)
                for other in parts(others[place].get("candidates") if place < len(others) else None)
            ],
        }
        for place, chosen in enumerate(parts(told.get("chosenCandidates")))
    ]


def write_logprobs(tokens: Any) -> Json | None:
    """Return `logprobsResult` for tokens; None where there are none."""
    known = parts(tokens)
    if not known:
        return None
    return {
        "chosenCandidates": [_write_token(token) for token in known],
        "topCandidates": [
            {"candidates": [_write_token(other) for other in parts(token.get("top_logprobs"))]}
            for token in known
        ],
    }


def _read_token(candidate: Json) -> Json:
    token, probability = candidate.get("token"), candidate.get("logProbability")
    text = token if isinstance(token, str) else ""
    return {
        "token": text,
        "logprob": probability if isinstance(probability, int | float) else 0.0,
        "bytes": list(text.encode("utf-8", "replace")),
    }


def _write_token(token: Json) -> Json:
    return {"token": token.get("token"), "logProbability": token.get("logprob")}
