"""Our errors in the words of the Responses API: as in chat outside a stream, as two events inside."""

import time
from collections.abc import Mapping

import msgspec

from oblivious.adapters.dialects.openai_chat.errors import error_object
from oblivious.contracts.errors import RelayError


def render_event(error: RelayError, request_id: str) -> bytes:
    """Return the events that end a stream: SDKs raise at the first, agents wait for the second.

    What was asked for is not known here; typed clients want members that say it all the same.
    """
    said = error_object(error)
    failed: dict[str, object] = {
        "id": f"resp_{request_id}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "failed",
        "error": {"code": said["code"] or "server_error", "message": said["message"]},
        "incomplete_details": None,
        "model": "",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
    }
    first = {"type": "error", "code": said["code"], "message": said["message"], "param": said["param"]}
    return _event(first) + _event({"type": "response.failed", "response": failed})


def _event(data: Mapping[str, object]) -> bytes:
    """Write an event with a number, which some SDKs insist on; nobody here knows what the last one was."""
    numbered = msgspec.json.encode({**data, "sequence_number": 0})
    return b"event: %b\ndata: %b\n\n" % (str(data["type"]).encode(), numbered)
