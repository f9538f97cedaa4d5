"""How the model chooses its words, within what Cohere takes."""

from typing import Any, NamedTuple

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_MOST_STOPS = 5


class _Member(NamedTuple):
    """A member by its name there, the least and the most that it may be."""

    name: str
    least: float = float("-inf")
    most: float = float("inf")


_MEMBERS = {
    "max_output_tokens": _Member("max_tokens"),
    "temperature": _Member("temperature", 0, 1),
    "top_p": _Member("p", 0.01, 0.99),
    "top_k": _Member("k", 0, 500),
    "frequency_penalty": _Member("frequency_penalty", 0, 1),
    "presence_penalty": _Member("presence_penalty", 0, 1),
    "seed": _Member("seed", 0),
}
"""By neutral name. What is beyond is refused there (API reference and page on errors, read 2026-11-27)."""


def write_sampling(request: ChatRequest, plan: UpstreamPlan) -> Json:
    """Write what tunes the answer; of two penalties, which newer models refuse, one goes up.

    Raises:
        InvalidRequest: alternatives to the tokens are wanted; Cohere tells none.
    """
    said = {
        member.name: _within(value, member)
        for neutral, member in _MEMBERS.items()
        if (value := getattr(request, neutral)) is not None
    }
    if said.get("frequency_penalty") and said.get("presence_penalty"):
        del said["presence_penalty"]
        plan.dropped.append("presence_penalty")
    if request.stop:
        said["stop_sequences"] = list(request.stop[:_MOST_STOPS])
        plan.dropped += ["stop"] if len(request.stop) > _MOST_STOPS else []
    return said | _logprobs(request.logprobs)


def _logprobs(alternatives: int | None) -> Json:
    if alternatives:
        raise InvalidRequest(
            "alternatives to tokens cannot be had here: the model is served through cohere, which tells none",
            param="logprobs",
        )
    return {} if alternatives is None else {"logprobs": True}


def _within(value: Any, member: _Member) -> Any:
    """Return the nearest value that is taken."""
    if member.least <= value <= member.most:
        return value
    return member.least if value < member.least else member.most
