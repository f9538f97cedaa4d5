from oblivious.adapters.chat.parts import CacheMark, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Tool, Turn
from tests.unit.adapters.dialects.anthropic.translate.samples import HELLO, request, written

_MARK = CacheMark()


class TestKeepLastMarks:
    def test_the_last_four_win(self) -> None:
        """Tools are read first, then the system's words, then the conversation, its results inside out."""
        body = written(
            request(
                Turn("system", (Text(text="a", cache=_MARK),)),
                HELLO,
                Turn("assistant", (ToolCall(id="t", name="f", cache=_MARK),)),
                Turn(
                    "user",
                    (
                        ToolResult(
                            call_id="t",
                            cache=_MARK,
                            content=(Text(text="b", cache=_MARK), Text(text="c", cache=_MARK)),
                        ),
                    ),
                ),
                tools=(Tool("function", "f", cache=_MARK),),
            )
        )
        result = body["messages"][2]["content"][0]

        assert "cache_control" not in body["tools"][0]
        assert body["system"] == [{"type": "text", "text": "a"}]
        assert all(
            "cache_control" in block
            for block in (body["messages"][1]["content"][0], result, *result["content"])
        )
