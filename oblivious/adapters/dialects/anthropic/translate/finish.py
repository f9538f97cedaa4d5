"""Why a message ended, in Anthropic's words."""

from oblivious.adapters.chat.response import Finish
from oblivious.adapters.lenient import part

_READ = {
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "refusal": Finish.CONTENT_FILTER,
    "pause_turn": Finish.PAUSE,
    "compaction": Finish.PAUSE,
}
_WRITTEN = {
    Finish.LENGTH: "max_tokens",
    Finish.TOOL_CALLS: "tool_use",
    Finish.CONTENT_FILTER: "refusal",
    Finish.PAUSE: "pause_turn",
}


def read_finish(reason: object, *, called: bool) -> Finish:
    """Return why a message ended; an unknown word is a stop, and with tool calls nothing else is one."""
    finish = _READ.get(reason, Finish.STOP) if isinstance(reason, str) else Finish.STOP
    return Finish.TOOL_CALLS if called and finish is Finish.STOP else finish


def read_explanation(details: object) -> str:
    """Return what `stop_details` says for people."""
    explanation = part(details).get("explanation")
    return explanation if isinstance(explanation, str) else ""


def write_finish(finish: Finish, stopped_by: str) -> str:
    """Return the word that clients know."""
    return _WRITTEN.get(finish) or ("stop_sequence" if stopped_by else "end_turn")


def write_details(finish: Finish, said: str) -> dict[str, str | None] | None:
    """Return `stop_details`; only of a refusal is there anything to say."""
    if finish is not Finish.CONTENT_FILTER:
        return None
    return {"type": "refusal", "category": None, "explanation": said or None}
