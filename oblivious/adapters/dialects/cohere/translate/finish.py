"""Why a message ended, in Cohere's words; some of them say that it failed."""

from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.faults import Words, judged
from oblivious.contracts.errors import TimedOut, UpstreamError

_READ = {
    "MAX_TOKENS": Finish.LENGTH,
    "ERROR_LIMIT": Finish.LENGTH,
    "ERROR_TOXIC": Finish.CONTENT_FILTER,
}
_ERROR, _TIMEOUT = "ERROR", "TIMEOUT"


def read_finish(reason: str, *, called: bool) -> Finish:
    """Return why a message ended; an unknown word is a stop, and with tool calls nothing else is one."""
    finish = _READ.get(reason, Finish.STOP)
    return Finish.TOOL_CALLS if called and finish is Finish.STOP else finish


def failure(reason: str, said: str) -> UpstreamError | None:
    """Return the error that a reason to end stands for; None where the message is complete."""
    if reason == _TIMEOUT:
        return TimedOut(said or "the provider took too long for the answer")
    if reason == _ERROR:
        return judged(Words(message=said or "the provider failed while it answered"))
    return None
