from oblivious.demo.dialects.openai.shape import error_body, error_of, headers
from oblivious.demo.reply import Dialect, Failure, named


def _error_event(failure: Failure, _request_id: str) -> bytes:
    """Return the error event: its members are not nested, unlike those of an error body."""
    error = error_of(failure)
    flat = {name: error[name] for name in ("code", "message", "param")}
    return named({"type": "error", **flat, "sequence_number": 0})


RESPONSES = Dialect("openai_responses", error_body, _error_event, headers)
