"""Every row of the providers' table, in every dialect that it speaks: what is written for it arrives."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.dialects.endpoint import BEDROCK, GEMINI, OPENAI_CHAT
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.providers.compatible import COMPATIBLE
from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import UPSTREAMS
from tests.contract.translation.features import CALLS, LOOP, TIME, WEATHER, ask
from tests.contract.translation.peers.table import PEERS

_BY_PATH = (GEMINI, BEDROCK)
"""Dialects whose path says whether a stream is wanted."""

SPOKEN = [
    pytest.param(row, dialect, id=f"{row.name}-{dialect}")
    for row in COMPATIBLE
    for dialect in row.speaks
    if dialect in UPSTREAMS
]
BRIEF = Turn("system", (Text(text="be brief"),))
MORE = Turn("user", (Text(text="and tomorrow?"),))


def asked(*, stream: bool) -> ChatRequest:
    """Return a request of words and tools, in the middle of a tool loop."""
    return ask(BRIEF, *LOOP, MORE, tools=(WEATHER, TIME), stream=stream)


def written(row: Provider, dialect: str, request: ChatRequest) -> Outgoing:
    return UPSTREAMS[dialect].write_request(request, Target(row, "m"))


def arrived(row: Provider, dialect: str, request: ChatRequest) -> ChatRequest:
    """Read what was written as the vendor does."""
    return PEERS[dialect].read_request(written(row, dialect, request), request)[0]


def words(request: ChatRequest) -> list[str]:
    return [part.text for turn in request.turns for part in turn.parts if isinstance(part, Text)]


def parts(request: ChatRequest, kind: type[Any]) -> list[Any]:
    return [part for turn in request.turns for part in turn.parts if isinstance(part, kind)]


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize(("row", "dialect"), SPOKEN)
class TestEveryVendor:
    def test_words_and_tools_arrive(self, row: Provider, dialect: str, *, stream: bool) -> None:
        """Nothing of a vendor's ways costs a word or a tool."""
        request = asked(stream=stream)
        found = arrived(row, dialect, request)

        assert words(found) == words(request)
        assert [(tool.name, tool.description, tool.schema) for tool in found.tools] == [
            (tool.name, tool.description, tool.schema) for tool in request.tools
        ]
        assert found.stream is stream

    def test_calls_and_results_belong_together(self, row: Provider, dialect: str, *, stream: bool) -> None:
        """Whatever ids the vendor takes."""
        found = arrived(row, dialect, asked(stream=stream))
        calls, results = parts(found, ToolCall), parts(found, ToolResult)

        assert [(call.name, call.arguments) for call in calls] == [
            (call.name, call.arguments) for call in CALLS
        ]
        assert [result.call_id for result in results] == [call.id for call in calls]
        assert ["".join(text.text for text in result.content) for result in results] == ["rain", "noon"]

    def test_nothing_is_left_out_of_it(self, row: Provider, dialect: str, *, stream: bool) -> None:
        """What everybody asks for, every vendor has."""
        assert written(row, dialect, asked(stream=stream)).plan.dropped == []

    def test_a_stream_is_asked_for_in_the_vendors_way(
        self, row: Provider, dialect: str, *, stream: bool
    ) -> None:
        """Chat completions also ask for the usage, where that may be asked."""
        out = written(row, dialect, asked(stream=stream))
        body = json.loads(out.body)
        counted = {"include_usage": True} if stream and dialect == OPENAI_CHAT and row.usage_option else None

        assert body.get("stream_options") == counted
        assert (body.get("stream") is True) == (stream and dialect not in _BY_PATH)
        assert body.get("model", "m") == "m"


def test_every_vendor_speaks_a_dialect_that_is_translated() -> None:
    """So any client reaches it."""
    assert all(row.speaks.keys() & UPSTREAMS.keys() for row in COMPATIBLE)
