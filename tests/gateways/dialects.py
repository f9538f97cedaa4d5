"""What the three dialects have in common, as far as a test asks for it."""

import json
from dataclasses import dataclass
from typing import Any

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES

_HELLO = [{"role": "user", "content": "hello there"}]


@dataclass(frozen=True)
class Dialect:
    """How a dialect says the same things.

    Attributes:
        cap: the member that limits the output.
        success, failure: what only a stream says that ended well, or that did not.
    """

    name: str
    path: str
    conversation: str
    cap: str
    success: bytes
    failure: bytes

    def body(self, model: str, **members: Any) -> dict[str, Any]:
        """Return a small request; None takes a member away."""
        whole = {"model": model, self.conversation: _HELLO, self.cap: 10, **members}
        return {name: value for name, value in whole.items() if value is not None}

    def encoded(self, model: str, **members: Any) -> bytes:
        """Return the same as JSON."""
        return json.dumps(self.body(model, **members)).encode()

    def said(self, answer: Any) -> dict[str, Any]:
        """Return type, message, code and param of an error, after a look at its shape."""
        error: dict[str, Any] = answer["error"]
        if self.name == ANTHROPIC:
            assert answer.keys() == {"type", "error", "request_id"}
            assert answer["type"] == "error"
            assert error.keys() == {"type", "message"}
        else:
            assert answer.keys() == {"error"}
            assert error.keys() == {"type", "message", "code", "param"}
        return error


CHAT_DIALECT = Dialect(
    OPENAI_CHAT, "/v1/chat/completions", "messages", "max_tokens", b"[DONE]", b'data: {"error"'
)
RESPONSES_DIALECT = Dialect(
    OPENAI_RESPONSES,
    "/v1/responses",
    "input",
    "max_output_tokens",
    b"response.completed",
    b"event: response.failed",
)
ANTHROPIC_DIALECT = Dialect(
    ANTHROPIC, "/v1/messages", "messages", "max_tokens", b"message_stop", b"event: error"
)

DIALECTS = (CHAT_DIALECT, RESPONSES_DIALECT, ANTHROPIC_DIALECT)
