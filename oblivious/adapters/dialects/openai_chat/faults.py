"""What vendors of chat completions say although their status was a success: that they failed."""

from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.lenient import Json, part, parts
from oblivious.contracts.errors import UpstreamError

_FAILED = ("error", "network_error", "insufficient_system_resource", "abort")
"""Ends that are failures: OpenRouter's, Zhipu's, DeepSeek's and vLLM's (their references, 2026-11)."""

MINIMAX: dict[int, tuple[int, str]] = {
    1001: (504, ""),
    1002: (429, ""),
    1004: (401, ""),
    1008: (402, ""),
    1026: (400, "content_filter"),
    1027: (400, "content_filter"),
    1039: (429, ""),
    1041: (429, ""),
    1042: (400, ""),
    2013: (400, ""),
    2045: (429, ""),
    2049: (401, ""),
    2056: (429, ""),
    2061: (404, "model_not_found"),
}
"""What MiniMax's numbers come to, as status and code (its error codes, 2026-11); others are its failures."""

_SERVER_FAILED = 500


def fault_in(answer: Json, body: bytes) -> UpstreamError | None:
    """Return the error that an answer or a chunk carries although its status was a success."""
    if answer.get("error"):
        return judged(words_of(answer) or Words(), body=body)
    groq = part(answer.get("x_groq"))
    if groq.get("error"):
        return judged(words_of(groq) or Words(), body=body)
    base = answer.get("base_resp")
    if base is not None:
        return _minimax(part(base), body)
    if "choices" not in answer and (isinstance(answer.get("message"), str) or parts(answer.get("errors"))):
        # SiliconFlow and older vLLM have the words at the top, Cloudflare has a list.
        return judged(words_of(answer) or Words(), body=body)
    if any(choice.get("finish_reason") in _FAILED for choice in parts(answer.get("choices"))):
        return judged(Words(message="the provider failed while it answered"))
    return None


def _minimax(base: Json, body: bytes) -> UpstreamError | None:
    number, said = base.get("status_code"), base.get("status_msg")
    if not isinstance(number, int) or not number:
        return None
    status, code = MINIMAX.get(number, (_SERVER_FAILED, ""))
    return judged(Words(code, message=said if isinstance(said, str) else "", status=status), body=body)
