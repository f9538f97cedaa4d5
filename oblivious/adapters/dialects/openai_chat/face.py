from typing import ClassVar

from oblivious.adapters.dialects.edits import asks_usage, client_model
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, Endpoint
from oblivious.adapters.dialects.face import Answer, Edits, Envelope, Headers, Rendered
from oblivious.adapters.dialects.headers import USER_AGENT
from oblivious.adapters.dialects.openai_chat import answer, errors
from oblivious.adapters.dialects.openai_chat.headers import COMES_DOWN, GOES_UP
from oblivious.adapters.dialects.openai_chat.stream import ChatReader, ChatScanner
from oblivious.adapters.dialects.relay import SameDialect
from oblivious.contracts.errors import RelayError


class OpenAIChat(SameDialect):
    """Chat completions, and the older endpoints that share their manners."""

    name = OPENAI_CHAT
    ping = b": ping\n\n"
    goes_up = GOES_UP
    comes_down = COMES_DOWN
    always: ClassVar[Headers] = [USER_AGENT]

    def scanner(self, envelope: Envelope, edits: Edits) -> ChatScanner:
        """Return a fresh scanner for the stream of one attempt."""
        model = client_model(envelope) if edits.model is not None else None
        strip = asks_usage(envelope, edits)
        return ChatScanner(ChatReader(strip_usage=strip, model=model), single=envelope.n == 1)

    def read_json(self, _endpoint: Endpoint, body: bytes, /) -> Answer:
        """Read usage, bindings and a hidden error from a JSON answer."""
        return answer.read_answer(body)

    def text_tokens(self, body: bytes) -> int:
        """Estimate the output tokens of a JSON answer by the length of its text."""
        return answer.text_tokens(body)

    def error(self, error: RelayError, _request_id: str, /) -> Rendered:
        """Say one of our errors in this dialect."""
        return errors.render(error)

    def error_event(self, error: RelayError, _request_id: str, /) -> bytes:
        """Say it in the middle of a stream; nothing follows it."""
        return errors.render_event(error)
