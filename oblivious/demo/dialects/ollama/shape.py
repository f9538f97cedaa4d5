"""What all endpoints of Ollama share: errors, lines, and what stands beside every answer.

Source: https://docs.ollama.com/api and the types of its server, read 2026-11-27.
"""

from datetime import UTC, datetime

from oblivious.demo.answer import Finish
from oblivious.demo.reply import Dialect, Failure, Framing, Json, encode
from oblivious.demo.usage import Usage

_UNKNOWN_KEY = Failure(401, "unauthorized")
_LINES = Framing("application/x-ndjson", after=b"\n")
_DURATION_NS = 1_000_000
_REASONS = {Finish.LENGTH: "length"}


def head(model: str) -> Json:
    """Return the members that every answer, and every line of a stream, begins with."""
    return {"model": model, "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z")}


def ending(finish: Finish, usage: Usage | None) -> Json:
    """Return the members that end an answer: why it ended, how long it took, what was used."""
    return {"done": True, "done_reason": _REASONS.get(finish, "stop"), **durations(), **_counts(usage)}


def durations() -> Json:
    """Return how long it took to load the model and all in all, in nanoseconds: the demo takes no time."""
    return {"total_duration": 2 * _DURATION_NS, "load_duration": _DURATION_NS}


def _counts(usage: Usage | None) -> Json:
    if usage is None:
        return {}
    counts = {"prompt_eval_count": usage.input_tokens, "eval_count": usage.output_tokens}
    # The server's types leave out what is zero.
    return {name: count for name, count in counts.items() if count} | {"eval_duration": _DURATION_NS}


def _error(failure: Failure, _request_id: str) -> bytes:
    message = f"{failure.param}: {failure.message}" if failure.param else failure.message
    return encode({"error": message})


def _headers(_request_id: str) -> bytes:
    """Return nothing: Ollama names no request."""
    return b""


OLLAMA = Dialect("ollama", _error, _error, _headers, _LINES, _UNKNOWN_KEY)
