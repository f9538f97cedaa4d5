"""Why an answer ended, in Bedrock's words (botocore 1.44.8, read 2026-11-27)."""

from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.anthropic.translate.answer_reader import word
from oblivious.adapters.lenient import Json, part

_READ = {
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "guardrail_intervened": Finish.CONTENT_FILTER,
    "content_filtered": Finish.CONTENT_FILTER,
    "refusal": Finish.CONTENT_FILTER,
}

STOPPED_BY = ("/stop_sequence", "/delta/stop_sequence")
"""Where Claude says which sequence stopped it, whole and streamed; Converse must be asked to tell it."""


def read_finish(reason: object, *, called: bool) -> Finish:
    """Return why an answer ended; an unknown word is a stop, and with tool calls nothing else is one."""
    finish = _READ.get(reason, Finish.STOP) if isinstance(reason, str) else Finish.STOP
    return Finish.TOOL_CALLS if called and finish is Finish.STOP else finish


def read_stopped_by(fields: object) -> str:
    """Return the stop sequence among the fields that were asked for besides."""
    told = part(fields)
    return word(told, "stop_sequence") or word(part(told.get("delta")), "stop_sequence")


def read_tier(told: Json) -> str:
    """Return the tier in which an answer was served, empty where it does not say."""
    return word(part(told.get("serviceTier")), "type")
