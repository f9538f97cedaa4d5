"""Temperature and its kin: which of them a model still takes."""

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.anthropic.translate.families import Family
from oblivious.adapters.lenient import Json

_NAMES = ("temperature", "top_p", "top_k")


def write_sampling(request: ChatRequest, family: Family, plan: UpstreamPlan, *, thinks: bool) -> Json:
    """Return the members that tune the choice of words; what is left out is named in the plan."""
    given: Json = {name: getattr(request, name) for name in _NAMES if getattr(request, name) is not None}
    for name in _refused(given, 0 if thinks else family.samplers):
        del given[name]
        plan.dropped.append(name)
    if "temperature" in given:
        given["temperature"] = min(max(given["temperature"], 0), 1)
    return given


def _refused(given: Json, samplers: int) -> list[str]:
    if samplers == 0:
        return list(given)
    return ["top_p"] if samplers == 1 and "temperature" in given and "top_p" in given else []
