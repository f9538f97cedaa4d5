from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    CacheMark,
    Citation,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Source,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.anthropic.translate.samples import read, read_parts

_MARK = {"type": "ephemeral"}
_CITATION = {"type": "char_location", "cited_text": "q", "document_title": "t", "document_index": 0}
_FOUND = {"type": "web_search_result_location", "url": "https://a", "title": "t", "cited_text": "q"}


class TestReadContent:
    def test_a_text_alone(self) -> None:
        """It is the shortest way to say something."""
        assert read().turns[0].parts == (Text(text="Hello"),)

    @pytest.mark.parametrize("content", [None, "", [], [{"type": "text", "text": ""}]])
    def test_nothing(self, content: Any) -> None:
        """A turn may be empty."""
        assert read(messages=[{"role": "user", "content": content}]).turns[0].parts == ()

    @pytest.mark.parametrize(
        ("block", "part"),
        [
            ({"type": "text", "text": "a", "cache_control": _MARK}, Text(text="a", cache=CacheMark())),
            (
                {"type": "text", "text": "a", "citations": [_CITATION]},
                Text(text="a", citations=(Citation(title="t", quoted="q", native=(ANTHROPIC, _CITATION)),)),
            ),
            (
                {"type": "text", "text": "a", "citations": [{**_FOUND, "encrypted_index": ""}]},
                Text(text="a", citations=(Citation(url="https://a", title="t", quoted="q"),)),
            ),
            (
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
                Image(source=Source(data="AA==", media_type="image/png")),
            ),
            (
                {"type": "image", "source": {"type": "url", "url": "https://a/b.png"}},
                Image(source=Source(url="https://a/b.png")),
            ),
            (
                {"type": "image", "source": {"type": "file", "file_id": "f1"}},
                Image(source=Source(file_id="f1")),
            ),
            (
                {
                    "type": "document",
                    "source": {"type": "text", "media_type": "text/plain", "data": "words"},
                    "title": "t",
                    "context": "c",
                    "citations": {"enabled": True},
                },
                File(source=Source(text="words"), name="t", context="c", cited=True),
            ),
            (
                {
                    "type": "document",
                    "source": {"type": "content", "content": [{"type": "text", "text": "a"}]},
                },
                File(source=Source(text="a")),
            ),
            (
                {"type": "search_result", "source": "s", "title": "t", "content": [{"text": "a"}]},
                File(source=Source(text="a"), name="t", context="s"),
            ),
            (
                {"type": "thinking", "thinking": "hm", "signature": "sig"},
                Reasoning(text="hm", state=State(ANTHROPIC, "sig")),
            ),
            ({"type": "thinking", "thinking": "hm", "signature": ""}, Reasoning(text="hm")),
            (
                {"type": "thinking", "thinking": "hm", "signature": written(State("gemini", "g"), ANTHROPIC)},
                Reasoning(text="hm", state=State("gemini", "g")),
            ),
            (
                {"type": "redacted_thinking", "data": "x"},
                Reasoning(state=State("anthropic.redacted", "x")),
            ),
            (
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": [1, "é"]}},
                ToolCall(id="t1", name="f", arguments='{"a":[1,"é"]}'),
            ),
            (
                {"type": "tool_result", "tool_use_id": "t1", "content": "ok", "cache_control": _MARK},
                ToolResult(call_id="t1", content=(Text(text="ok"),), cache=CacheMark()),
            ),
            (
                {
                    "type": "tool_result",
                    "tool_use_id": "t1",
                    "is_error": True,
                    "content": [
                        {"type": "image", "source": {"type": "url", "url": "https://a"}},
                        {"type": "tool_reference", "tool_name": "g"},
                    ],
                },
                ToolResult(
                    call_id="t1",
                    failed=True,
                    content=(
                        Image(source=Source(url="https://a")),
                        Opaque(
                            origin=ANTHROPIC,
                            kind="tool_reference",
                            value={"type": "tool_reference", "tool_name": "g"},
                        ),
                    ),
                ),
            ),
            (
                {"type": "server_tool_use", "id": "s1"},
                Opaque(
                    origin=ANTHROPIC, kind="server_tool_use", value={"type": "server_tool_use", "id": "s1"}
                ),
            ),
            (
                {"type": "image", "source": {"type": "of_tomorrow"}},
                Opaque(
                    origin=ANTHROPIC, kind="image", value={"type": "image", "source": {"type": "of_tomorrow"}}
                ),
            ),
        ],
        ids=lambda value: value["type"] if isinstance(value, dict) else "",
    )
    def test_each_block_is_a_part(self, block: Any, part: Part) -> None:
        """What only this dialect has stays as it is."""
        assert read_parts(block, role="assistant") == (part,)

    @pytest.mark.parametrize(
        ("block", "param"),
        [
            ({"type": "text", "text": 7}, "text"),
            ({"type": "image", "source": "x"}, "source"),
            ({"type": "image", "source": {"type": "base64"}}, "source.data"),
            ({"type": "image", "source": {"type": "url", "url": 1}}, "source.url"),
            ({"type": "tool_use", "name": "f", "input": {}}, "id"),
            ({"type": "tool_use", "id": "t", "name": "f", "input": "{}"}, "input"),
            ({"type": "tool_result", "content": "a"}, "tool_use_id"),
            ({"type": "tool_result", "tool_use_id": "t", "is_error": "no"}, "is_error"),
            ({"type": "thinking", "thinking": [], "signature": "a"}, "thinking"),
            ({"type": 7}, "type"),
        ],
        ids=str,
    )
    def test_an_error_names_the_member(self, block: Any, param: str) -> None:
        """With the way to it."""
        with pytest.raises(InvalidRequest) as caught:
            read_parts(block)

        assert caught.value.param == f"messages[0].content[0].{param}"
