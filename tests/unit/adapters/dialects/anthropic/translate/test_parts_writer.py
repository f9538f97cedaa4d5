import base64
from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    Audio,
    CacheMark,
    Citation,
    File,
    Image,
    Part,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.anthropic.translate.samples import HELLO, request, written

_PDF = "application/pdf"
_CITATION = {"type": "char_location", "cited_text": "q"}


def _user(part: Part) -> Any:
    return written(request(Turn("user", (part,))))["messages"][0]["content"][0]


def _assistant(part: Part) -> Any:
    return written(request(HELLO, Turn("assistant", (part,)), HELLO))["messages"][1]["content"][0]


class TestUsers:
    @pytest.mark.parametrize(
        ("part", "block"),
        [
            (
                Text(text="a", cache=CacheMark("9h")),
                {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}},
            ),
            (
                Text(text="a", citations=(Citation(native=(ANTHROPIC, _CITATION)),)),
                {"type": "text", "text": "a"},
            ),
            (
                Image(source=Source(data="AA==", media_type="image/jpg"), cache=CacheMark("5m")),
                {
                    "type": "image",
                    "source": {"type": "base64", "media_type": "image/jpeg", "data": "AA=="},
                    "cache_control": {"type": "ephemeral", "ttl": "5m"},
                },
            ),
            (
                Image(source=Source(data="AA==")),
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
            ),
            (
                Image(source=Source(url="https://a/b")),
                {"type": "image", "source": {"type": "url", "url": "https://a/b"}},
            ),
            (
                Image(source=Source(file_id="f1")),
                {"type": "image", "source": {"type": "file", "file_id": "f1"}},
            ),
            (
                File(source=Source(data="AA==", media_type=_PDF), name="n", context="c", cited=True),
                {
                    "type": "document",
                    "source": {"type": "base64", "media_type": _PDF, "data": "AA=="},
                    "title": "n",
                    "context": "c",
                    "citations": {"enabled": True},
                },
            ),
            (
                File(source=Source(text="words")),
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "words"}},
            ),
            (
                File(
                    source=Source(
                        data=base64.b64encode("é".encode()).decode(), media_type="text/markdown; x=y"
                    )
                ),
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "é"}},
            ),
            (
                File(source=Source(url="https://a/b.pdf")),
                {"type": "document", "source": {"type": "url", "url": "https://a/b.pdf"}},
            ),
            (
                File(source=Source(data="AA==", media_type="image/png"), name="n"),
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
            ),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Part) else "",
    )
    def test_each_part_is_a_block(self, part: Part, block: Any) -> None:
        """Data, a URL, or a file of the provider's."""
        assert _user(part) == block

    @pytest.mark.parametrize(
        ("part", "said"),
        [
            (Audio(source=Source(data="AA==")), "audio cannot be given"),
            (Video(source=Source(url="https://a")), "video cannot be given"),
            (Image(source=Source()), "neither data nor a URL"),
            (Image(source=Source(url="gs://a/b")), "http URL"),
            (File(source=Source(data="AA==", media_type="application/zip")), "'application/zip'"),
            (File(source=Source(data="é", media_type="text/csv")), "not base64"),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Part) else value,
    )
    def test_what_cannot_be_given_is_named(self, part: Part, said: str) -> None:
        """The model would not know what was asked."""
        with pytest.raises(InvalidRequest, match=said) as caught:
            _user(part)

        assert caught.value.param == "messages"


class TestAssistants:
    @pytest.mark.parametrize(
        ("part", "block"),
        [
            (
                Text(
                    text="a", citations=(Citation(native=(ANTHROPIC, _CITATION)), Citation(url="https://a"))
                ),
                {"type": "text", "text": "a", "citations": [_CITATION]},
            ),
            (Refusal(text="no"), {"type": "text", "text": "no"}),
            (Audio(source=Source(), transcript="said"), {"type": "text", "text": "said"}),
            (
                ToolCall(id="t1", name="f", arguments='{ "a": 1e2 }', cache=CacheMark()),
                {
                    "type": "tool_use",
                    "id": "t1",
                    "name": "f",
                    "input": {"a": 100.0},
                    "cache_control": {"type": "ephemeral"},
                },
            ),
            (
                ToolCall(id="t1", name="f", arguments=" "),
                {"type": "tool_use", "id": "t1", "name": "f", "input": {}},
            ),
            (
                ToolCall(id="t1", name="f", arguments="{"),
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"input": "{"}},
            ),
            (
                ToolCall(id="t1", name="f", arguments="free", custom=True),
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"input": "free"}},
            ),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Part) else "",
    )
    def test_each_part_is_a_block(self, part: Part, block: Any) -> None:
        """Only Anthropic's own citations go back to it."""
        assert _assistant(part) == block

    def test_an_illegal_id_is_the_same_other_one_in_call_and_result(self) -> None:
        """Nobody keeps a table."""
        call = Turn("assistant", (ToolCall(id="call:1", name="f"),))
        result = Turn("user", (ToolResult(call_id="call:1"),))
        messages = written(request(HELLO, call, result))["messages"]

        assert messages[1]["content"][0]["id"] == messages[2]["content"][0]["tool_use_id"] != "call:1"


class TestResults:
    @pytest.mark.parametrize(
        ("result", "members"),
        [
            (ToolResult(call_id="t1"), {}),
            (ToolResult(call_id="t1", content=(Text(text=""),)), {}),
            (
                ToolResult(call_id="t1", content=(Text(text="1"),), failed=True),
                {"content": "1", "is_error": True},
            ),
            (
                ToolResult(call_id="t1", content=(Text(text="1"), Image(source=Source(file_id="f")))),
                {
                    "content": [
                        {"type": "text", "text": "1"},
                        {"type": "image", "source": {"type": "file", "file_id": "f"}},
                    ]
                },
            ),
        ],
        ids=["nothing", "an-empty-text", "a-failure", "an-image"],
    )
    def test_what_came_back(self, result: ToolResult, members: Any) -> None:
        """A text alone is written plainly."""
        assert _user(result) == {"type": "tool_result", "tool_use_id": "t1", **members}
