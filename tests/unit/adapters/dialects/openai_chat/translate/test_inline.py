import json
from typing import Any

import pytest

from oblivious.adapters.chat.events import ChatEvent, Closed, Ended, Finished, Grown, Opened
from oblivious.adapters.chat.parts import Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_UPSTREAM
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS

INLINE, BESIDE = UpstreamPlan(inline_thoughts="think"), UpstreamPlan()
CALL: Any = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def read(content: Any, plan: UpstreamPlan, **members: Any) -> tuple[Any, ...]:
    message = {"role": "assistant", "content": content, **members}
    body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
    answer = CHAT_UPSTREAM.read_response(body, plan)
    assert isinstance(answer, ChatResponse)
    return answer.choices[0].parts


def heard(*choices: Any, plan: UpstreamPlan = INLINE) -> list[ChatEvent]:
    decoder = CHAT_UPSTREAM.decoder(plan)
    chunks = [json.dumps({"choices": [{"index": 0, **choice}]}).encode() for choice in choices]
    return [event for chunk in (*chunks, b"[DONE]") for event in decoder.feed(chunk)]


class TestWhole:
    @pytest.mark.parametrize(
        ("content", "parts"),
        [
            ("<think>hm</think>\n\nhi", (Reasoning(text="hm"), Text(text="hi"))),
            ("hi", (Text(text="hi"),)),
            (None, ()),
        ],
        ids=["thoughts", "none", "no content"],
    )
    def test_thoughts_are_parted_from_words(self, content: Any, parts: Any) -> None:
        """Where the text begins with their tag."""
        assert read(content, INLINE) == parts

    def test_of_others_nothing_is_parted(self) -> None:
        """Their text is as they wrote it."""
        assert read("<think>hm</think>hi", BESIDE) == (Text(text="<think>hm</think>hi"),)

    def test_thoughts_that_have_a_place_stay(self) -> None:
        """A server may be told to part them itself."""
        assert read("hi", INLINE, reasoning_content="hm") == (Reasoning(text="hm"), Text(text="hi"))


class TestStream:
    def test_a_tag_may_come_in_pieces(self) -> None:
        """And thoughts and words in one."""
        said = [{"delta": {"content": piece}} for piece in ("<th", "ink>h", "m</think>\n", "\nh", "i")]

        assert heard(*said, {"delta": {}, "finish_reason": "stop"}) == [
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "h"),
            Grown(0, 0, "m"),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "h"),
            Grown(0, 1, "i"),
            Closed(0, 1),
            Finished(0, Finish.STOP),
            Ended(),
        ]

    @pytest.mark.parametrize("finish", [{"finish_reason": "length"}, {}], ids=["told", "untold"])
    def test_what_was_kept_back_comes_at_the_end(self, finish: Any) -> None:
        """Whether the end is told or not."""
        events = heard({"delta": {"content": "<think>hm</thi"}}, {"delta": {}, **finish})

        assert [event.value for event in events if isinstance(event, Opened)] == [Reasoning()]
        assert "".join(event.text for event in events if isinstance(event, Grown)) == "hm</thi"

    def test_calls_follow_thoughts(self) -> None:
        """A model may think before it calls."""
        events = heard(
            {"delta": {"content": "<think>hm</think>\n\n"}},
            {"delta": {"content": None, "tool_calls": [CALL]}},
            {"delta": {}, "finish_reason": "tool_calls"},
        )

        assert [event.value for event in events if isinstance(event, Opened)] == [
            Reasoning(),
            ToolCall(id="c", name="f"),
        ]


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        *((name, "think") for name in ("minimax", "minimax-intl", "vllm", "sglang", "lmstudio")),
        ("bedrock-openai", "reasoning"),
    ],
)
def test_rows_that_say_so(name: str, tag: str) -> None:
    """It is the vendor's way, not the request's."""
    request = ChatRequest(origin="anthropic", model="m", turns=(Turn("user", (Text(text="hi"),)),))

    assert CHAT_UPSTREAM.write_request(request, Target(PROVIDERS[name], "m")).plan.inline_thoughts == tag
    assert not CHAT_UPSTREAM.write_request(request, Target(PROVIDERS["openai"], "m")).plan.inline_thoughts
