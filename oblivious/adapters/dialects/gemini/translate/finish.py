"""Why a candidate ended, in both directions."""

from typing import Any

from oblivious.adapters.chat.response import Finish

_FILTERED = """SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII OTHER IMAGE_SAFETY
    IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION IMAGE_OTHER NO_IMAGE ESCALATION MODEL_ARMOR
    PUP_LIMITED_DISABLED"""

_READ: dict[str, Finish] = {
    "MAX_TOKENS": Finish.LENGTH,
    "CONTINUATION": Finish.LENGTH,
    **dict.fromkeys(_FILTERED.split(), Finish.CONTENT_FILTER),
}
"""What is no plain stop; also MALFORMED_FUNCTION_CALL and its like are one, and say so in words."""

_WRITTEN: dict[Finish, str] = {Finish.LENGTH: "MAX_TOKENS", Finish.CONTENT_FILTER: "SAFETY"}
_PLAIN = frozenset({"STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED"})


def read_finish(reason: Any, *, called: bool) -> Finish:
    """Return why a candidate ended; with calls nothing is a plain stop, but a cut-off call is cut off."""
    finish = _READ.get(reason, Finish.STOP) if isinstance(reason, str) else Finish.STOP
    return Finish.TOOL_CALLS if called and finish is Finish.STOP else finish


def words_on(reason: Any, message: Any) -> str:
    """Return what is to be said of it to people."""
    if isinstance(message, str) and message:
        return message
    return reason if isinstance(reason, str) and reason not in _PLAIN else ""


def write_finish(finish: Finish) -> str:
    """Return the reason that Gemini gives; calls are a plain stop there."""
    return _WRITTEN.get(finish, "STOP")
