import base64
import json
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
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.treatment import TREATED
from oblivious.adapters.dialects.ollama.translate.face import OLLAMA_UPSTREAM
from oblivious.adapters.dialects.ollama.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest

Json = dict[str, Any]

SCHEMA: Json = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = Tool("function", "get_weather", "The weather.", SCHEMA)
TIME = Tool("function", "get_time")
DATA = Source(data="iVBORw0KGgo=", media_type="image/png")
HELLO = Turn("user", (Text(text="hello"),))


def out(*turns: Turn, **members: Any) -> Outgoing:
    request = ChatRequest(origin="openai_chat", model="public", turns=turns or (HELLO,), **members)
    return OLLAMA_UPSTREAM.write_request(request, Target(PROVIDERS["ollama"], "qwen3:8b"))


def body(*turns: Turn, **members: Any) -> Json:
    written: Json = json.loads(out(*turns, **members).body)
    return written


def messages(*turns: Turn) -> list[Json]:
    written: list[Json] = body(*turns)["messages"]
    return written


def user(*parts: Part) -> Turn:
    return Turn("user", parts)


class TestRequest:
    def test_the_least(self) -> None:
        """Whether to stream is always said, since Ollama does unasked; nothing else is."""
        assert out().path == "api/chat"
        assert body() == {
            "model": "qwen3:8b",
            "messages": [{"role": "user", "content": "hello"}],
            "stream": False,
        }
        assert body(stream=True)["stream"] is True

    def test_options(self) -> None:
        """Each by Ollama's name; what is zero is still said."""
        assert body(
            max_output_tokens=7,
            temperature=0,
            top_p=0.5,
            top_k=3,
            frequency_penalty=0.1,
            presence_penalty=0.2,
            seed=0,
            stop=("END",),
        )["options"] == {
            "num_predict": 7,
            "temperature": 0,
            "top_p": 0.5,
            "top_k": 3,
            "frequency_penalty": 0.1,
            "presence_penalty": 0.2,
            "seed": 0,
            "stop": ["END"],
        }

    @pytest.mark.parametrize(
        ("wanted", "written"),
        [
            (Format("json_object"), "json"),
            (Format("json_schema", SCHEMA), SCHEMA),
            (Format("json_schema"), "json"),
        ],
        ids=["any", "schema", "no schema"],
    )
    def test_format(self, wanted: Format, written: Any) -> None:
        """A schema as it is, else the word for any JSON."""
        assert body(format=wanted)["format"] == written

    @pytest.mark.parametrize(
        ("logprobs", "written"),
        [
            (None, {}),
            (0, {"logprobs": True}),
            (3, {"logprobs": True, "top_logprobs": 3}),
        ],
        ids=str,
    )
    def test_logprobs(self, logprobs: int | None, written: Json) -> None:
        """With as many alternatives as were asked for."""
        asked = body(logprobs=logprobs)

        assert {name: asked[name] for name in ("logprobs", "top_logprobs") if name in asked} == written

    @pytest.mark.parametrize(
        ("thinking", "think"),
        [
            (Thinking(effort="none"), False),
            (Thinking(enabled=False), False),
            (Thinking(budget=0), False),
            (Thinking(enabled=True), True),
            (Thinking(effort="minimal"), "low"),
            (Thinking(effort="medium"), "medium"),
            (Thinking(effort="xhigh"), "high"),
            (Thinking(effort="max"), "max"),
            (Thinking(effort="enormous"), "medium"),
            (Thinking(enabled=True, budget=1_024), "low"),
            (Thinking(enabled=True, budget=16_000), "high"),
        ],
        ids=lambda value: (
            str(value) if not isinstance(value, Thinking) else value.effort or str(value.budget)
        ),
    )
    def test_thinking(self, thinking: Thinking, think: Any) -> None:
        """A level where one was meant, else yes or no."""
        assert body(thinking=thinking)["think"] == think

    @pytest.mark.parametrize(
        "thinking", [Thinking(), Thinking(enabled=True, budget=-1)], ids=["unsaid", "up to the model"]
    )
    def test_thinking_is_left_to_the_model(self, thinking: Thinking) -> None:
        """One that cannot think refuses to be asked for it."""
        assert "think" not in body(thinking=thinking)

    def test_what_is_left_out_is_named(self) -> None:
        """And what would be missed is refused."""
        assert out(user="u", logit_bias={"1": 2}).plan.dropped == ["logit_bias", "user"]
        with pytest.raises(InvalidRequest, match="`n`"):
            out(n=2)
        with pytest.raises(InvalidRequest, match="audio"):
            out(modalities=("text", "audio"))

    def test_the_table_is_complete(self) -> None:
        """No member of a request is forgotten."""
        assert TREATMENTS.keys() == TREATED


class TestMessages:
    def test_instructions_keep_their_place(self) -> None:
        """Whoever gave them."""
        said = messages(
            Turn("system", (Text(text="a"), Text(text="b"))), HELLO, Turn("developer", (Text(text="c"),))
        )

        assert [(message["role"], message["content"]) for message in said] == [
            ("system", "a\n\nb"),
            ("user", "hello"),
            ("system", "c"),
        ]

    def test_media_stand_beside_the_words(self) -> None:
        """Pictures and sounds alike, as plain base64."""
        sound = Source(data="UklGRg==")
        said = messages(user(Text(text="look"), Image(source=DATA), Audio(source=sound), Text(text="here")))

        assert said == [
            {"role": "user", "content": "look\n\nhere", "images": ["iVBORw0KGgo=", "UklGRg=="]},
        ]

    def test_files_of_words_are_words(self) -> None:
        """And a picture that was sent as a file is one again."""
        plain = Source(data=base64.b64encode(b"a,b").decode(), media_type="text/csv")
        said = messages(
            user(
                File(source=plain, name="t.csv", context="a table"),
                File(source=Source(text="words")),
                File(source=DATA, name="a.png"),
            )
        )

        assert said == [
            {"role": "user", "content": "t.csv\n\na table\n\na,b\n\nwords", "images": ["iVBORw0KGgo="]},
        ]

    @pytest.mark.parametrize(
        "part",
        [
            Image(source=Source(file_id="file-1")),
            Image(source=Source(url="gs://a/b.png")),
            File(source=Source(data="JVBERi0=", media_type="application/pdf")),
            File(source=Source(file_id="file-1")),
            File(source=Source(data="abc", media_type="text/plain")),
            Audio(source=Source(url="gs://a/b.wav")),
            Video(source=DATA),
        ],
        ids=["image id", "image url", "pdf", "file id", "no base64", "sound url", "video"],
    )
    def test_what_cannot_be_shown_is_refused(self, part: Part) -> None:
        """By name."""
        with pytest.raises(InvalidRequest) as caught:
            out(user(part))

        assert caught.value.param == "messages"

    def test_a_tool_loop(self) -> None:
        """Arguments are an object; a result names its call and its tool, and may show pictures."""
        call = ToolCall(id="call_1", name="get_weather", arguments='{"city":"Oslo"}')
        result = ToolResult(call_id="call_1", content=(Text(text="rain"), Image(source=DATA)))
        said = messages(Turn("assistant", (Text(text="I look."), call)), user(Text(text="and?"), result))

        assert said == [
            {
                "role": "assistant",
                "content": "I look.",
                "tool_calls": [
                    {
                        "id": "call_1",
                        "function": {"name": "get_weather", "arguments": {"city": "Oslo"}},
                    }
                ],
            },
            {
                "role": "tool",
                "content": "rain",
                "images": ["iVBORw0KGgo="],
                "tool_name": "get_weather",
                "tool_call_id": "call_1",
            },
            {"role": "user", "content": "and?"},
        ]

    def test_a_result_without_a_call(self) -> None:
        """It has the name that the client said, if any; an id that is no id is made one, always the same."""
        named, unnamed = messages(
            user(ToolResult(call_id="a b", name="f"), ToolResult(call_id="a b", content=(Text(text="x"),)))
        )

        assert (named["tool_name"], "tool_name" in unnamed) == ("f", False)
        assert named["tool_call_id"] == unnamed["tool_call_id"] != "a b"

    @pytest.mark.parametrize(("arguments", "written"), [(" ", {}), ("[1]", {"input": "[1]"})], ids=repr)
    def test_arguments_are_an_object(self, arguments: str, written: Json) -> None:
        """Even if the model wrote none."""
        (said,) = messages(Turn("assistant", (ToolCall(id="c", name="f", arguments=arguments),)))

        assert said["tool_calls"][0]["function"]["arguments"] == written

    def test_thoughts(self) -> None:
        """Those that nobody signed go back; what others signed is theirs."""
        own, other = Reasoning(text="hm"), Reasoning(text="?", state=State("anthropic", "secret"))
        said = messages(Turn("assistant", (own, other, Text(text="a"), Text(text="b"))), HELLO)

        assert said[0] == {"role": "assistant", "content": "ab", "thinking": "hm"}

    def test_who_says_nothing_is_left_out(self) -> None:
        """Whatever else the turn had."""
        drawn = Turn("assistant", (Image(source=DATA), Opaque(origin="anthropic", kind="x", value={})))

        assert messages(drawn, user(Text(text="")), HELLO) == [{"role": "user", "content": "hello"}]

    def test_refusals_are_words(self) -> None:
        """So are a voice's."""
        spoken = Audio(source=DATA, transcript="aloud")
        said = messages(Turn("assistant", (Refusal(text="no, "), spoken)), user(spoken))

        assert [message["content"] for message in said] == ["no, aloud", "aloud"]


class TestTools:
    def test_functions(self) -> None:
        """A schema is always that of an object."""
        odd = Tool("function", "odd", schema={"type": ["object", "null"], "title": "Odd"})

        assert [tool["function"] for tool in body(tools=(WEATHER, TIME, odd))["tools"]] == [
            {"name": "get_weather", "description": "The weather.", "parameters": SCHEMA},
            {"name": "get_time", "parameters": {"type": "object", "properties": {}}},
            {"name": "odd", "parameters": {"type": "object", "title": "Odd", "properties": {}}},
        ]

    def test_free_text(self) -> None:
        """A tool that takes it becomes a function of one member."""
        written = out(tools=(Tool("custom", "run", "Runs.", grammar={"type": "text"}),))
        (tool,) = json.loads(written.body)["tools"]
        call = ToolCall(id="c", name="run", arguments="ls", custom=True)

        assert written.plan.custom_tools == {"run"}
        assert tool["function"]["parameters"]["required"] == ["input"]
        assert "must follow this format" in tool["function"]["description"]
        assert messages(Turn("assistant", (call,)))[0]["tool_calls"][0]["function"]["arguments"] == {
            "input": "ls"
        }

    @pytest.mark.parametrize(
        ("choice", "names", "dropped"),
        [
            (None, ["get_weather", "get_time"], []),
            (ToolChoice("auto"), ["get_weather", "get_time"], []),
            (ToolChoice("none"), [], []),
            (ToolChoice("required"), ["get_weather", "get_time"], ["tool_choice"]),
            (ToolChoice("named", ("get_time",)), ["get_time"], ["tool_choice"]),
            (ToolChoice("auto", ("get_time",)), ["get_time"], []),
        ],
        ids=["unsaid", "auto", "none", "required", "named", "among"],
    )
    def test_choice(self, choice: ToolChoice | None, names: list[str], dropped: list[str]) -> None:
        """Tools that may not be called are not offered; that one must be is left out."""
        written = out(tools=(WEATHER, TIME), tool_choice=choice)
        tools = json.loads(written.body).get("tools", [])

        assert [tool["function"]["name"] for tool in tools] == names
        assert written.plan.dropped == dropped

    def test_hosted_tools_are_refused(self) -> None:
        """Ollama runs none."""
        with pytest.raises(InvalidRequest, match="'web_search'"):
            out(tools=(Tool("hosted", "web_search"),))
