import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Citation, Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.dialects.cohere.translate.face import COHERE_UPSTREAM
from oblivious.contracts.errors import Blocked, Garbled, Overloaded, TimedOut, UpstreamError

Json = dict[str, Any]

_NATIVE: Json = {
    "start": 0,
    "end": 2,
    "text": "hi",
    "sources": [
        {"type": "document", "id": "d", "document": {"title": "A", "url": "https://a.test", "snippet": "q"}},
        {"type": "tool", "id": "c:0", "tool_output": {"content": "x"}},
    ],
}
_CITED = (Citation("https://a.test", "A", 0, 2, "q"), Citation("", "c:0", 0, 2))


def _read(answer: Any, plan: UpstreamPlan | None = None) -> ChatResponse | UpstreamError:
    return COHERE_UPSTREAM.read_response(json.dumps(answer).encode(), plan or UpstreamPlan())


def _said(message: Any, plan: UpstreamPlan | None = None, **members: Any) -> ChatResponse:
    found = _read({"id": "1", "message": message, "finish_reason": "COMPLETE", **members}, plan)
    assert isinstance(found, ChatResponse)
    return found


def _call(arguments: Any, name: str = "f") -> Json:
    return {
        "tool_calls": [{"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}]
    }


class TestParts:
    @pytest.mark.parametrize(
        ("message", "parts"),
        [
            ({"content": [{"type": "text", "text": "hi"}]}, (Text(text="hi"),)),
            ({"content": "hi"}, (Text(text="hi"),)),
            (
                {"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hi"}]},
                (Reasoning(text="hm"), Text(text="hi")),
            ),
            (
                {"tool_plan": "hm", **_call('{"a":1}')},
                (Reasoning(text="hm"), ToolCall(id="c", name="f", arguments='{"a":1}')),
            ),
            (_call({"a": 1}), (ToolCall(id="c", name="f", arguments='{"a":1}'),)),
            ({"content": [{"type": "odd"}, 1], "tool_calls": None}, ()),
            ({"content": None}, ()),
        ],
        ids=["words", "words alone", "thoughts", "a plan and a call", "an object", "odd things", "nothing"],
    )
    def test_a_message(self, message: Json, parts: tuple[Part, ...]) -> None:
        """What was thought comes before what was said."""
        assert _said(message).choices[0].parts == parts

    @pytest.mark.parametrize("index", [{}, {"content_index": 1}], ids=["unsaid", "by place"])
    def test_citations(self, index: Json) -> None:
        """One for each source, at the text that it is of."""
        content = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "hi"}]
        thought = {**_NATIVE, "type": "THINKING_CONTENT", "content_index": 0}
        said = _said({"content": content, "citations": [{**_NATIVE, **index}, thought]})

        assert said.choices[0].parts == (Reasoning(text="hm"), Text(text="hi", citations=_CITED))

    def test_names_and_free_text_are_the_clients(self) -> None:
        """The plan knows them."""
        plan = UpstreamPlan(tool_names={"f": "a.b"}, custom_tools=frozenset({"f"}))
        (call,) = _said(_call('{"input":"x"}'), plan).choices[0].parts

        assert call == ToolCall(id="c", name="a.b", arguments="x", custom=True)

    def test_an_answer_through_a_tool(self) -> None:
        """It is words again."""
        choice = _said(_call("{}", "respond"), UpstreamPlan(schema_tool="respond")).choices[0]

        assert (choice.parts, choice.finish) == ((Text(text="{}"),), Finish.STOP)

    def test_a_call_without_an_id_gets_one(self) -> None:
        """Clients need it."""
        (call,) = _said({"tool_calls": [{"function": {"name": "f"}}]}).choices[0].parts

        assert isinstance(call, ToolCall)
        assert call.id.startswith("call_")

    def test_log_probabilities(self) -> None:
        """A chunk is as likely as its tokens are together."""
        items = [{"text": "hi", "token_ids": [1, 2], "logprobs": [-0.5, -0.25]}, {"text": "x"}]
        token = {"token": "hi", "logprob": -0.75, "bytes": [104, 105], "top_logprobs": []}
        said = _said({"content": "hi"}, logprobs=items)

        assert said.choices[0].logprobs == {"content": [token], "refusal": None}


class TestEnds:
    @pytest.mark.parametrize(
        ("reason", "finish"),
        [
            ("COMPLETE", Finish.STOP),
            ("STOP_SEQUENCE", Finish.STOP),
            ("MAX_TOKENS", Finish.LENGTH),
            ("max_tokens", Finish.LENGTH),
            ("ERROR_TOXIC", Finish.CONTENT_FILTER),
            ("NEW", Finish.STOP),
            (None, Finish.STOP),
        ],
        ids=str,
    )
    def test_reasons(self, reason: Any, finish: Finish) -> None:
        """Unknown ones are a stop."""
        assert _said({"content": "hi"}, finish_reason=reason).choices[0].finish is finish

    @pytest.mark.parametrize("reason", ["TOOL_CALL", "COMPLETE"])
    def test_calls_are_the_reason(self, reason: str) -> None:
        """Whatever is said of it."""
        assert _said(_call("{}"), finish_reason=reason).choices[0].finish is Finish.TOOL_CALLS

    @pytest.mark.parametrize(
        ("answer", "leaf"),
        [
            ({"message": {}, "finish_reason": "ERROR"}, Overloaded),
            ({"message": {}, "finish_reason": "TIMEOUT"}, TimedOut),
            ({"message": "this requires moderation"}, Blocked),
            ({"message": None}, Garbled),
            ([], Garbled),
        ],
        ids=["error", "timeout", "words", "no message", "no object"],
    )
    def test_what_is_no_answer(self, answer: Any, leaf: type[UpstreamError]) -> None:
        """It is the error that it says."""
        assert type(_read(answer)) is leaf
