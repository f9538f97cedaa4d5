"""The response object around what a model says: mostly what the client asked for, told back to it."""

from collections.abc import Iterator

import msgspec

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Thinking
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.request_writer import TIERS, write_format
from oblivious.adapters.dialects.openai_responses.translate.tools_writer import write_choice, write_tools
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import Usage

_encode = msgspec.json.Encoder().encode

_REASONS = {Finish.LENGTH: "max_output_tokens", Finish.CONTENT_FILTER: "content_filter"}
_SUMMARIES = frozenset({"auto", "concise", "detailed"})


class Frame:
    """One response object, in its states; what stays the same in all of them is encoded once.

    Attributes:
        id: as the client knows the response.
    """

    __slots__ = ("_asked", "_fixed", "id")

    def __init__(self, plan: ClientPlan) -> None:
        self.id = f"resp_{plan.exchange_id}"
        self._asked = plan.request.service_tier
        head = {"id": self.id, "object": "response", "created_at": plan.created, "model": plan.request.model}
        self._fixed = _encode({**head, **_echo(plan.request)})[:-1]

    def begun(self) -> bytes:
        """Return the object before anything was said."""
        state: Json = {
            "status": "in_progress",
            "error": None,
            "incomplete_details": None,
            "output": [],
            "usage": None,
        }
        return self._with({**state, "service_tier": _tier(self._asked, "auto")})

    def ended(self, finish: Finish, output: list[bytes], usage: Usage | None, tier: str) -> bytes:
        """Return the object when all was said; `output` has the items, encoded."""
        reason = _REASONS.get(finish)
        state: Json = {
            "status": "incomplete" if reason else "completed",
            "error": None,
            "incomplete_details": {"reason": reason} if reason else None,
            "output": msgspec.Raw(b"[%b]" % b",".join(output)),
            "service_tier": _tier(tier or self._asked, "default"),
            "usage": None if usage is None else _usage(usage),
        }
        if usage is not None and usage.searches:
            state["tool_usage"] = _tool_usage(usage.searches)
        return self._with(state)

    def _with(self, state: Json) -> bytes:
        return b"%b,%b" % (self._fixed, _encode(state)[1:])


def _echo(request: ChatRequest) -> Json:
    """Return what was asked for; nothing is kept here, so `store` is true only where the client said so."""
    own = request.origin == OPENAI_RESPONSES
    # Hosted tools of other dialects have no shape here.
    tools = [tool for tool in request.tools if tool.kind != "hosted" or tool.origin == OPENAI_RESPONSES]
    choice = request.tool_choice
    text: Json = {"format": {"type": "text"} if request.format is None else write_format(request.format)}
    return {
        "background": False,
        "instructions": _instructions(request),
        "max_output_tokens": request.max_output_tokens,
        "max_tool_calls": request.extra.get("max_tool_calls") if own else None,
        "metadata": request.metadata or {},
        "parallel_tool_calls": request.parallel_tools is not False,
        "previous_response_id": None,
        "prompt_cache_key": request.cache_key or None,
        "prompt_cache_retention": request.cache_retention or None,
        "reasoning": dict(_reasoning(request.thinking or Thinking())),
        "safety_identifier": request.user or None,
        "store": bool(request.store),
        "temperature": request.temperature,
        "text": {**text, "verbosity": request.verbosity or "medium"},
        "tool_choice": "auto" if choice is None else write_choice(choice, tools, own=own),
        "tools": write_tools(tools, own=own),
        "top_logprobs": request.logprobs or 0,
        "top_p": request.top_p,
        "truncation": (request.extra.get("truncation") if own else None) or "disabled",
        "user": request.user or None,
    }


def _instructions(request: ChatRequest) -> str | None:
    """Return what the client gave as `instructions`: it is read as the first turn."""
    first = request.turns[0] if request.turns else None
    if first is None or first.role != "system" or len(first.parts) != 1:
        return None
    only = first.parts[0]
    return only.text if isinstance(only, Text) else None


def _reasoning(thinking: Thinking) -> Iterator[tuple[str, str | None]]:
    yield "effort", thinking.effort or None
    yield "summary", thinking.shown if thinking.shown in _SUMMARIES else None


def _tier(told: str, default: str) -> str:
    """Return a tier that typed clients know."""
    return told if told in TIERS else default


def _usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cache_read_tokens,
            "cache_write_tokens": usage.cache_write_tokens + usage.cache_write_1h_tokens,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }


def _tool_usage(searches: int) -> Json:
    """Return what hosted tools used; all families must be there."""
    details = {"image_tokens": 0, "text_tokens": 0}
    images: Json = {"input_tokens": 0, "input_tokens_details": details, "output_tokens": 0, "total_tokens": 0}
    return {"web_search": {"num_requests": searches}, "image_gen": images}
