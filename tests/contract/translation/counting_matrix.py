"""Counts of tokens as the matrix's document has them."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.counting.table import COUNTERS, NEAREST_COUNTERS
from oblivious.adapters.dialects.endpoint import BEDROCK, GEMINI
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.adapters.members import members_of
from oblivious.adapters.registry import UPSTREAMS
from tests.contract.translation.cells import target
from tests.contract.translation.peers.table import PEERS

_ESTIMATED = "estimated, and marked in `x-oblivious-estimated`"

_HEAD = """## Counts of tokens

Asked for by a client of one dialect, of a model that is served in another. Where an upstream that could count
does not, as many of those that imitate a vendor, the count is estimated and marked, too.
"""

_WITHIN: dict[str, Callable[[Any], Any]] = {
    GEMINI: lambda asked: asked["generateContentRequest"],
    BEDROCK: lambda asked: asked["input"]["converse"],
}
"""Where the conversation is in what is asked; elsewhere it is all that is asked."""


def counts() -> Iterator[str]:
    """Yield the lines of the section."""
    yield _HEAD
    yield f"| client | {' | '.join(UPSTREAMS)} |"
    yield f"| --- |{' --- |' * len(UPSTREAMS)}"
    for client in NEAREST_COUNTERS:
        yield f"| {client} | {' | '.join(_word(client, upstream) for upstream in UPSTREAMS)} |"
    yield ""


def counted(upstream: str, request: ChatRequest) -> ChatRequest:
    """Return what an upstream is to count, as it understands it."""
    out = UPSTREAMS[upstream].write_request(request, target(upstream))
    asked = COUNTERS[upstream].question(members_of(out.body), out.path)
    plain = msgspec.json.decode(msgspec.json.encode(asked))
    body = msgspec.json.encode(_WITHIN.get(upstream, lambda whole: whole)(plain))
    return PEERS[upstream].read_request(Outgoing(out.path, body, out.plan), request)[0]


def _word(client: str, upstream: str) -> str:
    if client == upstream:
        return "as it came"
    return "by the upstream" if upstream in COUNTERS else _ESTIMATED
