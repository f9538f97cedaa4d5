"""One answer of the chat dialect, and what it costs; and errors instead."""

import json

from tests.fakes.events import USAGE
from tests.fakes.upstreams import ScriptedResponse

ANSWER = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}}],
        "usage": USAGE,
    }
).encode()

COST = 11 * 1_000 + 7 * 2_000
"""Of its tokens, by the card of the fake road, in nano-USD."""


def refused(status: int, code: str = "y", retry_after: str = "") -> ScriptedResponse:
    """Answer with an error."""
    headers = [(b"content-type", b"application/json"), (b"retry-after", retry_after.encode())]
    body = json.dumps({"error": {"message": "no", "type": "x", "code": code}}).encode()
    return ScriptedResponse(status, headers, [body])
