"""One answer of the chat dialect, and what it costs."""

import json

from tests.fakes.events import USAGE

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
