"""An upstream as the contract suite plays it."""

from collections.abc import Callable
from typing import NamedTuple

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.translate import Encoder, Outgoing


class Peer(NamedTuple):
    """Reads what arrives at an upstream, and answers it.

    Attributes:
        read_request: what was written, and the request it was written for (for what stands in no body).
        encoder: writes the events of a stream, as they are once their framing is undone.
    """

    read_request: Callable[[Outgoing, ChatRequest], tuple[ChatRequest, ClientPlan]]
    write_response: Callable[[ChatResponse, ClientPlan], bytes]
    encoder: Callable[[ClientPlan], Encoder]
