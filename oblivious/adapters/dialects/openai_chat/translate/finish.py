"""Why a choice ended, as the vendors of chat say it. From their references, 2026-11."""

from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.openai_chat.translate.older import CALLED

_READ = {
    Finish.LENGTH: "length max_tokens model_length max_output_tokens model_context_window_exceeded",
    Finish.TOOL_CALLS: "tool_calls function_call tool_use tool_call",
    Finish.CONTENT_FILTER: "content_filter content_filtered sensitive refusal safety guardrail_intervened",
}
_BY_WORD = {word: finish for finish, words in _READ.items() for word in words.split()}
_WRITTEN = {Finish.PAUSE: "stop"}


def read_finish(word: object, *, called: bool) -> Finish:
    """Return why a choice ended; an unknown word is a stop, and with tool calls nothing else is one."""
    finish = _BY_WORD.get(word.lower(), Finish.STOP) if isinstance(word, str) else Finish.STOP
    return Finish.TOOL_CALLS if called and finish is Finish.STOP else finish


def write_finish(finish: Finish, *, older: bool = False) -> str:
    """Return the word that clients know; `older`: those who have functions, and no tools."""
    if older and finish is Finish.TOOL_CALLS:
        return CALLED
    return _WRITTEN.get(finish, finish.value)
