"""Our errors in the words of the Responses API: as in chat outside a stream, as two events inside."""

import time
from collections.abc import Mapping

import msgspec

from oblivious.adapters.dialects.openai_chat.errors import error_object
from oblivious.contracts.errors import RelayError


def render_event(error: RelayError, request_id: str) -> bytes:
    """Return the events that end a stream: SDKs raise at the first, agents wait for the second."""
    said = error_object(error)
    failed: dict[str, object] = {
        "id": f"resp_{request_id}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "failed",
        "error": {"code": said["code"] or "server_error", "message": said["message"]},
        "incomplete_details": None,
        "model": None,
        "output": [],
        "usage": None,
    }
    first = {"type": "error", "code": said["code"], "message": said["message"], "param": said["param"]}
    return _event("error", first) + _event("response.failed", {"type": "response.failed", "response": failed})


def _event(name: str, data: Mapping[str, object]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(data))
