from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.state import State
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.cohere.translate.samples import HELLO, SILENT, THINKER, messages, user

PNG = Source(data="iVBORw0KGgo=", media_type="image/png")
URL = "data:image/png;base64,iVBORw0KGgo="
CALL = ToolCall(id="c1", name="f", arguments='{"a":1}')


class TestSystem:
    def test_all_instructions_are_one_message_and_the_first(self) -> None:
        """Cohere refuses any other place."""
        said = messages(
            Turn("system", (Text(text="a"),)), HELLO, Turn("developer", (Text(text="b"), Text(text=" ")))
        )

        assert said == [{"role": "system", "content": "a\n\nb"}, {"role": "user", "content": "Hello"}]

    def test_alone_they_are_what_a_user_says(self) -> None:
        """A conversation needs somebody who asks."""
        assert messages(Turn("system", (Text(text="a"),))) == [{"role": "user", "content": "a"}]


class TestUser:
    @pytest.mark.parametrize(
        ("part", "block"),
        [
            (Image(source=PNG), {"type": "image_url", "image_url": {"url": URL}}),
            (
                Image(source=Source(url="https://a.test/b.png"), detail="original"),
                {"type": "image_url", "image_url": {"url": "https://a.test/b.png", "detail": "high"}},
            ),
            (File(source=Source(text="words"), name="a.txt"), {"type": "text", "text": "a.txt\nwords"}),
            (
                File(source=Source(data="d29yZHM=", media_type="text/plain")),
                {"type": "text", "text": "words"},
            ),
            (Audio(source=Source(), transcript="said"), {"type": "text", "text": "said"}),
        ],
        ids=["image", "image by URL", "text", "text as data", "what was said"],
    )
    def test_what_is_shown(self, part: Part, block: dict[str, Any]) -> None:
        """In its own block."""
        (message,) = messages(user(Text(text="look"), part))

        assert message["content"] == [{"type": "text", "text": "look"}, block]

    @pytest.mark.parametrize(
        "part",
        [
            Image(source=Source(file_id="f1")),
            Audio(source=PNG),
            Video(source=PNG),
            File(source=Source(data="JVBERi0=", media_type="application/pdf")),
            File(source=Source(data="x", media_type="text/plain")),
            File(source=Source(file_id="f1")),
        ],
        ids=["image by id", "audio", "video", "PDF", "no base64", "file by id"],
    )
    def test_what_cohere_does_not_take(self, part: Part) -> None:
        """It is refused."""
        with pytest.raises(InvalidRequest) as caught:
            messages(user(part))

        assert caught.value.param == "messages"

    def test_blank_words_and_opaque_things_stay_away(self) -> None:
        """Cohere refuses empty turns."""
        odd = Opaque(origin="anthropic", kind="x", value={})

        assert messages(HELLO, user(Text(text=" "), odd)) == [{"role": "user", "content": "Hello"}]


class TestResults:
    def test_each_is_a_message_and_comes_first(self) -> None:
        """What a tool shows is shown by the user."""
        result = ToolResult(call_id="c1", content=(Text(text="a"), Image(source=PNG), Text(text="b")))
        said = messages(HELLO, Turn("assistant", (CALL,)), user(Text(text="and?"), result))

        assert said[2:] == [
            {"role": "tool", "tool_call_id": "c1", "content": "a\nb"},
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": URL}},
                    {"type": "text", "text": "and?"},
                ],
            },
        ]

    def test_nothing_is_an_empty_object(self) -> None:
        """Cohere refuses empty messages."""
        said = messages(HELLO, Turn("assistant", (CALL,)), user(ToolResult(call_id="c1")))

        assert said[2:] == [{"role": "tool", "tool_call_id": "c1", "content": "{}"}]


class TestAssistant:
    def test_words_and_calls(self) -> None:
        """A refusal is words; pictures have no place there."""
        parts = (Text(text="a"), Refusal(text="b"), Image(source=PNG), CALL)
        said = messages(HELLO, Turn("assistant", parts))[1]

        assert [block["text"] for block in said["content"]] == ["a", "b"]
        assert said["tool_calls"] == [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
        ]

    def test_free_text_is_wrapped(self) -> None:
        """As the tool was offered."""
        call = ToolCall(id="c1", name="f", arguments="x", custom=True)
        (said,) = messages(HELLO, Turn("assistant", (call,)))[1]["tool_calls"]

        assert said["function"]["arguments"] == '{"input":"x"}'

    @pytest.mark.parametrize(
        ("model", "parts", "expected"),
        [
            (
                THINKER,
                (Reasoning(text="hm"), Text(text="a")),
                {"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}]},
            ),
            (SILENT, (Reasoning(text="hm"), Text(text="a")), {"content": "a"}),
            (
                THINKER,
                (Reasoning(text="hm", state=State("anthropic", "x")), Text(text="a")),
                {"content": "a"},
            ),
        ],
        ids=["a model that thinks", "one that does not", "a thought that another one signed"],
    )
    def test_thoughts(self, model: str, parts: tuple[Part, ...], expected: dict[str, Any]) -> None:
        """They go back to a model that reads them."""
        said = messages(HELLO, Turn("assistant", parts), model=model)[1]

        assert said == {"role": "assistant", **expected}

    def test_before_calls_they_are_a_plan(self) -> None:
        """Where the model does not think."""
        said = messages(HELLO, Turn("assistant", (Reasoning(text="hm"), CALL)), model=SILENT)[1]

        assert said["tool_plan"] == "hm"
