"""What is counted is what would be answered."""

import pytest

from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.counting.table import COUNTERS, NEAREST_COUNTERS
from oblivious.adapters.registry import ENDPOINTS
from oblivious.contracts.errors import InvalidRequest
from tests.contract.translation.cells import Unsayable, exchanged, prepared
from tests.contract.translation.counting_matrix import counted
from tests.contract.translation.features import FEATURES

PAIRS = [(client, upstream) for client in NEAREST_COUNTERS for upstream in COUNTERS if client != upstream]
ASKED = [(feature.name, feature.request) for feature in FEATURES if feature.request is not None]


@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
@pytest.mark.parametrize("request_", [request for _, request in ASKED], ids=[name for name, _ in ASKED])
def test_the_whole_conversation_is_counted(client: str, upstream: str, request_: ChatRequest) -> None:
    """Its turns, its tools, and whether it thinks."""
    try:
        way = exchanged(client, upstream, request_)
    except (Unsayable, InvalidRequest):
        return
    asked = counted(upstream, prepared(client, upstream, way.said))

    assert (asked.turns, asked.tools) == (way.arrived.turns, way.arrived.tools)
    assert (asked.thinking is None) == (way.arrived.thinking is None)


def test_who_may_ask_is_who_has_an_endpoint_for_it() -> None:
    """No other client is missing from the page."""
    assert {endpoint.dialect for endpoint in ENDPOINTS if endpoint.counts} == NEAREST_COUNTERS.keys()
