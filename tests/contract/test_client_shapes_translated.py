"""What well-known clients send, in every dialect: each word and tool arrives, or is refused by name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import ToolCall, ToolResult
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from oblivious.contracts.errors import InvalidRequest
from tests.contract.client_shapes import CASSETTES, Cassette, envelope_of, face_for, loaded
from tests.contract.translation.cells import target
from tests.contract.translation.peers.table import PEERS

_CHATS = [path for path in CASSETTES if face_for(loaded(path))[0].kind is Kind.CHAT]
_CELLS = [(path, dialect) for path in _CHATS for dialect in UPSTREAMS]

REFUSED = {
    ("claude_code_messages", "ollama"): "tools",
    ("claude_code_messages", "cohere"): "tools",
    ("claude_code_messages", "bedrock"): "tools",
    ("codex_responses", "ollama"): "tools",
    ("codex_responses", "cohere"): "tools",
    ("codex_responses", "bedrock"): "tools",
}
"""By cassette and dialect: the field that cannot be said there."""

DROPPED = {
    ("claude_code_messages", "openai_chat"): ["context_management"],
    ("claude_code_messages", "openai_responses"): ["context_management"],
    ("claude_code_messages", "gemini"): ["user", "context_management"],
    ("codex_responses", "openai_chat"): ["client_metadata"],
    ("codex_responses", "anthropic"): ["verbosity", "cache_key", "store", "client_metadata"],
    ("codex_responses", "gemini"): ["parallel_tools", "verbosity", "cache_key", "store", "client_metadata"],
    ("cursor_chat", "anthropic"): ["verbosity", "cache_retention", "store"],
    ("cursor_chat", "gemini"): ["verbosity", "user", "cache_retention", "store"],
    ("cursor_chat", "ollama"): ["verbosity", "user", "cache_retention", "store"],
    ("cursor_chat", "cohere"): ["verbosity", "user", "cache_retention", "store"],
    ("cursor_chat", "bedrock"): ["verbosity", "user", "cache_retention", "store"],
    ("langchain_google", "anthropic"): ["temperature"],
    ("langchain_google", "bedrock"): ["temperature"],
    ("langchain_openai_responses", "anthropic"): ["store"],
    ("langchain_openai_responses", "gemini"): ["store"],
    ("langchain_openai_responses", "ollama"): ["store"],
    ("langchain_openai_responses", "cohere"): ["store"],
    ("langchain_openai_responses", "bedrock"): ["store"],
    ("lobechat_chat", "openai_responses"): ["frequency_penalty", "presence_penalty"],
    ("lobechat_chat", "anthropic"): ["frequency_penalty", "presence_penalty", "top_p"],
    ("lobechat_chat", "gemini"): ["user"],
    ("lobechat_chat", "ollama"): ["user"],
    ("lobechat_chat", "cohere"): ["user"],
    ("lobechat_chat", "bedrock"): ["frequency_penalty", "presence_penalty", "user", "top_p"],
    ("open_webui_chat", "anthropic"): ["top_p"],
    ("open_webui_chat", "bedrock"): ["top_p"],
    ("openai_sdk_chat", "gemini"): ["user"],
    ("openai_sdk_chat", "ollama"): ["user"],
    ("openai_sdk_chat", "cohere"): ["user"],
    ("openai_sdk_chat", "bedrock"): ["user"],
    ("vercel_openai_responses", "anthropic"): ["store"],
    ("vercel_openai_responses", "gemini"): ["store"],
    ("vercel_openai_responses", "ollama"): ["store"],
    ("vercel_openai_responses", "cohere"): ["store"],
    ("vercel_openai_responses", "bedrock"): ["store"],
}
"""By cassette and dialect: what is left out, and told in a header."""


@pytest.mark.parametrize(("path", "dialect"), _CELLS, ids=[f"{path.stem}-{name}" for path, name in _CELLS])
def test_it_arrives(path: Path, dialect: str) -> None:
    """Whole, in the order of calls and results, and readable for whom it is written."""
    cassette = loaded(path)
    request, _ = CLIENTS[face_for(cassette)[0].dialect].read_request(_envelope(cassette))
    if (path.stem, dialect) in REFUSED:
        with pytest.raises(InvalidRequest) as told:
            UPSTREAMS[dialect].write_request(request, target(dialect))
        assert told.value.param == REFUSED[path.stem, dialect]
        return
    out = UPSTREAMS[dialect].write_request(request, target(dialect))
    arrived, _ = PEERS[dialect].read_request(out, request)
    written = [*_texts(json.loads(out.body)), *out.plan.tool_names.values()]

    assert [word for word in cassette["expected"]["says"] if not any(word in text for text in written)] == []
    assert out.plan.dropped == DROPPED.get((path.stem, dialect), [])
    called = [out.plan.tool_names.get(call.name, call.name) for call in _all(arrived, ToolCall)]
    assert called == [call.name for call in _all(request, ToolCall)]
    assert len(_all(arrived, ToolResult)) == len(_all(request, ToolResult))


@pytest.mark.parametrize("dialect", UPSTREAMS)
class TestWhatStaysBehind:
    def test_the_changing_block_of_claude_code(self, dialect: str) -> None:
        """It changes with every request, and would spoil every cache but Anthropic's."""
        said, written = _said("claude_code_messages", dialect)

        assert b"x-anthropic-billing-header" in said
        assert b"billing-header" not in written

    def test_the_phases_of_codex(self, dialect: str) -> None:
        """Elsewhere than in a body that passes as it came, comments and final answers are words like any."""
        said, written = _said("codex_responses", dialect)

        assert b'"phase"' in said
        assert b"phase" not in written
        assert b"I read main.c first." in written

    def test_encrypted_thoughts(self, dialect: str) -> None:
        """Only who encrypted them can read them."""
        said, written = _said("codex_responses", dialect)

        assert b"first_blob" in said
        assert (b"first_blob" in written) == (dialect == "openai_responses")


def test_nothing_is_excused_without_need() -> None:
    """Every exception names a cell."""
    cells = {(path.stem, dialect) for path, dialect in _CELLS}

    assert (REFUSED.keys() | DROPPED.keys()) <= cells


def _said(name: str, dialect: str) -> tuple[bytes, bytes]:
    """Return a request as it came and as it goes up; without its tools, so that everyone takes it."""
    cassette = loaded(next(path for path in _CHATS if path.stem == name))
    envelope = _envelope(cassette)
    request, _ = CLIENTS[face_for(cassette)[0].dialect].read_request(envelope)
    bare = msgspec.structs.replace(request, tools=(), tool_choice=None)
    return bytes(envelope.body), UPSTREAMS[dialect].write_request(bare, target(dialect)).body


def _envelope(cassette: Cassette) -> Envelope:
    return envelope_of(cassette, json.dumps(cassette["body"], ensure_ascii=False).encode())


def _all(request: Any, kind: type[Any]) -> list[Any]:
    return [part for turn in request.turns for part in turn.parts if isinstance(part, kind)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
