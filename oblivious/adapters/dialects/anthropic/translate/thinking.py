"""How much a model should think, in both directions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from oblivious.adapters.chat.effort import LEAST_BUDGET, budget_of, effort_of
from oblivious.adapters.chat.parts import Part, Reasoning, ToolCall, ToolResult
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Thinking, Turn
from oblivious.adapters.dialects.anthropic.translate.families import Family
from oblivious.adapters.dialects.anthropic.translate.tools import is_forced
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.fields import integer, members, text
from oblivious.adapters.lenient import Json

_SHOWN = {"summarized": "auto", "omitted": "omitted", "updates": "concise"}
_DISPLAYS = {"auto": "summarized", "concise": "summarized", "detailed": "summarized", "omitted": "omitted"}
_EFFORTS = {
    "minimal": "low",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
_DEFAULT_BUDGETED = "medium"
_DEFAULT_ADAPTIVE = "high"
_ROOM_FOR_WORDS = 8_192


def read_thinking(body: Json) -> Thinking | None:
    """Read `thinking`, and the effort that stands beside it.

    Raises:
        InvalidRequest: names the member that is wrong.
    """
    given = members(body.get("thinking"), "thinking")
    effort = text(members(body.get("output_config"), "output_config").get("effort"), "output_config.effort")
    kind = text(given.get("type"), "thinking.type")
    budget = integer(given.get("budget_tokens"), "thinking.budget_tokens")
    shown = _SHOWN.get(text(given.get("display"), "thinking.display"), "")
    if kind in ("disabled", "between_tools"):
        return Thinking(enabled=False)
    if kind == "enabled" and budget is not None:
        return Thinking(enabled=True, budget=budget, shown=shown)
    if kind in ("enabled", "adaptive"):
        return Thinking(enabled=True, effort=effort, budget=None if effort else -1, shown=shown)
    return Thinking(effort=effort, shown=shown) if effort else None


class Decision(NamedTuple):
    """What was decided on thinking.

    Attributes:
        on: the model thinks.
        members: of the body.
        effort: for `output_config`; empty leaves it to the model.
        room: tokens that thoughts are likely to take.
    """

    on: bool
    members: Json
    effort: str = ""
    room: int = 0


_SILENT = Decision(on=False, members={})


def decide(request: ChatRequest, turns: Sequence[Turn], family: Family, plan: UpstreamPlan) -> Decision:
    """Decide how a model of the family thinks about a request; what cannot be had is named in the plan.

    `turns` are those that go up, alternating.
    """
    wanted = _is_wanted(request.thinking)
    if wanted is None:
        return _unasked(request, family)
    if not wanted:
        return _off(family, plan)
    lost = not family.resumes and _lost_its_thoughts(turns)
    decided = None if lost or not family.thinks else _on(request, request.thinking or Thinking(), family)
    if decided is None:
        plan.dropped.append("thinking")
        return _SILENT
    return decided


def _is_wanted(thinking: Thinking | None) -> bool | None:
    """Whether thoughts are wanted; None if nobody said."""
    if thinking is None:
        return None
    if thinking.enabled is False or thinking.effort == "none" or thinking.budget == 0:
        return False
    return True if thinking.enabled or thinking.effort or thinking.budget is not None else None


def _unasked(request: ChatRequest, family: Family) -> Decision:
    if not family.unasked:
        return _SILENT
    if family.forced and family.off and is_forced(request.tool_choice):
        # A model that thinks can't be made to call a tool; of the two, only the call was asked for.
        return Decision(on=False, members={"thinking": {"type": family.off}})
    return Decision(on=True, members={}, room=budget_of(_DEFAULT_ADAPTIVE))


def _off(family: Family, plan: UpstreamPlan) -> Decision:
    if family.always:
        plan.dropped.append("thinking")
        return Decision(on=True, members={}, effort="low", room=budget_of("low"))
    return Decision(on=False, members={"thinking": {"type": family.off}} if family.off else {})


def _on(request: ChatRequest, thinking: Thinking, family: Family) -> Decision | None:
    display = _DISPLAYS.get(thinking.shown)
    shown = {"display": display} if display else {}
    if family.adaptive:
        effort = _effort(thinking, family)
        room = budget_of(effort or _DEFAULT_ADAPTIVE)
        return Decision(True, {"thinking": {"type": "adaptive", **shown}}, effort, room)
    budget = _budget(thinking, request.max_output_tokens, family)
    if budget is None:
        return None
    return Decision(True, {"thinking": {"type": "enabled", "budget_tokens": budget, **shown}}, room=budget)


def _effort(thinking: Thinking, family: Family) -> str:
    wanted = thinking.effort
    if not wanted and thinking.budget is not None and thinking.budget > 0:
        wanted = effort_of(thinking.budget)
    if not wanted:
        return ""
    effort = _EFFORTS.get(wanted, _DEFAULT_BUDGETED)
    return "high" if effort == "xhigh" and not family.xhigh else effort


def _budget(thinking: Thinking, limit: int | None, family: Family) -> int | None:
    """Return a budget below the limit that the client set, None where there is no room for one."""
    wanted = thinking.budget if thinking.budget is not None and thinking.budget > 0 else None
    budget = max(LEAST_BUDGET, wanted or budget_of(thinking.effort or _DEFAULT_BUDGETED))
    if limit is None:
        return min(budget, family.most_output - _ROOM_FOR_WORDS)
    if budget < limit:
        return budget
    return max(LEAST_BUDGET, limit // 2) if limit > LEAST_BUDGET else None


def output_limit(request: ChatRequest, decision: Decision, family: Family) -> int:
    """Return `max_tokens`: the client's own, or room for words and thoughts."""
    return request.max_output_tokens or min(_ROOM_FOR_WORDS + decision.room, family.most_output)


def _lost_its_thoughts(turns: Sequence[Turn]) -> bool:
    """Whether a tool loop goes on that ought to have begun with a thought, which nobody has any more."""
    loop = list(_loop(turns))
    called = any(isinstance(part, ToolCall) for part in loop)
    return called and not any(
        isinstance(part, Reasoning) and part.state is not None and part.state.of(ANTHROPIC) for part in loop
    )


def _loop(turns: Sequence[Turn]) -> Iterator[Part]:
    """Yield what the assistant has said since a user last said something that was not a tool's result."""
    for turn in reversed(turns):
        if turn.role == "assistant":
            yield from turn.parts
        elif turn.role == "user" and not any(isinstance(part, ToolResult) for part in turn.parts):
            return
