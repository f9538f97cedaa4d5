"""Whole answers, in both directions."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    Audio,
    Citation,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
)
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.carried import carried
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT, RESPONSES_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded, Refused, UpstreamError, UpstreamRateLimited
from oblivious.contracts.usage import Usage

USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 3},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 2},
}
TOKEN = {"token": "a", "bytes": [97], "logprob": -0.5, "top_logprobs": []}
CITED = {"type": "url_citation", "url": "https://a.test", "title": "A", "start_index": 0, "end_index": 1}


def read(*output: Any, plan: UpstreamPlan | None = None, **members: Any) -> ChatResponse | UpstreamError:
    """Read an upstream's answer."""
    body = {"id": "resp_1", "created_at": 7.0, "status": "completed", "output": list(output), **members}
    return RESPONSES_UPSTREAM.read_response(json.dumps(body).encode(), plan or UpstreamPlan())


def parts(*output: Any, plan: UpstreamPlan | None = None) -> tuple[Part, ...]:
    answer = read(*output, plan=plan)
    assert isinstance(answer, ChatResponse)
    return answer.choices[0].parts


def message(*content: Any) -> dict[str, Any]:
    return {"type": "message", "role": "assistant", "content": list(content)}


class TestReading:
    def test_everything_an_answer_says(self) -> None:
        """Its name, its time, its tier, its usage."""
        text = {"type": "output_text", "text": "a", "annotations": [CITED], "logprobs": [TOKEN]}

        assert read(message(text), usage=USAGE, service_tier="flex") == ChatResponse(
            (
                Choice(
                    (
                        Text(
                            text="a",
                            citations=(
                                Citation("https://a.test", "A", 0, 1, native=(OPENAI_RESPONSES, CITED)),
                            ),
                        ),
                    ),
                    logprobs={"content": [TOKEN], "refusal": None},
                ),
            ),
            Usage(9, 5, 3, reasoning_tokens=2),
            "resp_1",
            7,
            "flex",
        )

    @pytest.mark.parametrize(
        ("item", "expected"),
        [
            pytest.param(message({"type": "refusal", "refusal": "no"}), [Refusal(text="no")], id="a refusal"),
            pytest.param({"type": "message", "content": "a"}, [Text(text="a")], id="content as a text"),
            pytest.param({"content": [{"text": "a"}]}, [Text(text="a")], id="nothing has a type"),
            pytest.param(message({"type": "output_text", "text": ""}), [], id="an empty text"),
            pytest.param(
                {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{}"},
                [ToolCall(id="c1", name="f", arguments="{}")],
                id="a call",
            ),
            pytest.param(
                {"type": "function_call", "id": "fc_1", "name": "f", "arguments": {"a": 1}},
                [ToolCall(id="fc_1", name="f", arguments='{"a":1}')],
                id="a call with an object, and without an id of its own",
            ),
            pytest.param(
                {"type": "function_call", "call_id": "c1", "namespace": "n", "name": "f", "arguments": "{}"},
                [ToolCall(id="c1", name="n__f", arguments="{}")],
                id="a call into a namespace",
            ),
            pytest.param(
                {"type": "function_call", "call_id": "c1", "namespace": "f", "name": "f", "arguments": "{}"},
                [ToolCall(id="c1", name="f", arguments="{}")],
                id="a call of a tool that a search loaded",
            ),
            pytest.param(
                {"type": "custom_tool_call", "call_id": "c1", "name": "g", "input": "free"},
                [ToolCall(id="c1", name="g", arguments="free", custom=True)],
                id="a custom call",
            ),
            pytest.param(
                {
                    "type": "reasoning",
                    "summary": [{"type": "summary_text", "text": "a"}, {"type": "summary_text", "text": "b"}],
                    "encrypted_content": "gAAA",
                },
                [Reasoning(text="a\n\nb", summary=True, state=State(OPENAI_RESPONSES, "gAAA"))],
                id="a summary of thoughts",
            ),
            pytest.param(
                {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "a"}]},
                [Reasoning(text="a")],
                id="thoughts",
            ),
            pytest.param({"type": "reasoning", "summary": []}, [], id="no thoughts"),
            pytest.param(
                {"type": "reasoning", "summary": "a"},
                [Reasoning(text="a", summary=True)],
                id="a summary as a text",
            ),
            pytest.param(
                {"type": "web_search_call", "id": "ws_1"},
                [
                    Opaque(
                        origin=OPENAI_RESPONSES,
                        kind="web_search_call",
                        value={"type": "web_search_call", "id": "ws_1"},
                    )
                ],
                id="a hosted call",
            ),
        ],
    )
    def test_items(self, item: dict[str, Any], expected: list[Part]) -> None:
        """Each kind of them."""
        assert list(parts(item)) == expected

    def test_calls_have_the_clients_names(self) -> None:
        """And an id where the upstream gave none."""
        plan = UpstreamPlan(tool_names={"a_b": "a.b"})
        (call,) = parts({"type": "function_call", "name": "a_b"}, plan=plan)

        assert isinstance(call, ToolCall)
        assert call.name == "a.b"
        assert call.id.startswith("call_")

    @pytest.mark.parametrize(
        ("members", "finish"),
        [
            ({}, Finish.STOP),
            ({"status": "of tomorrow"}, Finish.STOP),
            ({"status": "incomplete"}, Finish.LENGTH),
            ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, Finish.LENGTH),
            (
                {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
                Finish.CONTENT_FILTER,
            ),
        ],
    )
    def test_why_it_ended(self, members: dict[str, Any], finish: Finish) -> None:
        """By the status; calls that are whole are calls."""
        answer, called = (
            read(message(), **members),
            read({"type": "function_call", "name": "f", "call_id": "c"}, **members),
        )

        assert isinstance(answer, ChatResponse)
        assert isinstance(called, ChatResponse)
        cut = finish is not Finish.STOP
        assert answer.choices[0].finish is finish
        assert called.choices[0].finish is (finish if cut else Finish.TOOL_CALLS)

    @pytest.mark.parametrize(
        ("body", "leaf"),
        [
            (b"<html>", Garbled),
            (b"[]", Garbled),
            (b"{}", Garbled),
            (b'{"output":3}', Garbled),
            (b'{"error":{"message":"slow","code":"rate_limit_exceeded"}}', UpstreamRateLimited),
            (b'{"output":[],"status":"failed"}', Overloaded),
            (b'{"output":[],"status":"failed","error":{"code":"invalid_prompt","message":"no"}}', Refused),
        ],
    )
    def test_what_is_no_answer_is_an_error(self, body: bytes, leaf: type[UpstreamError]) -> None:
        """Said in the words of our tree."""
        assert type(RESPONSES_UPSTREAM.read_response(body, UpstreamPlan())) is leaf


def write(*said: Part, wants_state: bool = True, **members: Any) -> dict[str, Any]:
    """Write an answer for a client."""
    request = ChatRequest(origin=OPENAI_RESPONSES, model="public", turns=())
    plan = ClientPlan(request, wants_state=wants_state, exchange_id="x1", created=7)
    usage = members.pop("usage", None)
    choice = Choice(said, **members)
    answer: dict[str, Any] = json.loads(RESPONSES_CLIENT.write_response(ChatResponse((choice,), usage), plan))
    return answer


class TestWriting:
    def test_the_response_around_it(self) -> None:
        """Named after the exchange; the model is the client's."""
        answer = write(Text(text="a"), usage=Usage(9, 5, 3, 1, reasoning_tokens=2, searches=2))

        assert {name: answer[name] for name in ("id", "object", "created_at", "status", "model")} == {
            "id": "resp_x1",
            "object": "response",
            "created_at": 7,
            "status": "completed",
            "model": "public",
        }
        assert answer["usage"] == {
            "input_tokens": 9,
            "input_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 1},
            "output_tokens": 5,
            "output_tokens_details": {"reasoning_tokens": 2},
            "total_tokens": 14,
        }
        assert answer["tool_usage"]["web_search"] == {"num_requests": 2}

    def test_the_items(self) -> None:
        """Texts in a row are one message; ids tell the kind, the exchange and the place."""
        answer = write(
            Reasoning(text="hm", state=State(OPENAI_RESPONSES, "gAAA")),
            Text(text="a"),
            Refusal(text="no"),
            ToolCall(id="c1", name="f"),
            ToolCall(id="c2", name="g", arguments="free", custom=True),
            Audio(source=Source(data="aGk=")),
            Image(source=Source(data="aGk=", media_type="image/png")),
            Image(source=Source(url="https://a.test/b.png")),
            Text(text="b"),
            finish=Finish.TOOL_CALLS,
        )

        call = {"call_id": "c1", "name": "f", "arguments": "{}", "status": "completed"}
        custom = {"call_id": "c2", "name": "g", "input": "free", "status": "completed"}
        assert answer["output"] == [
            {
                "type": "reasoning",
                "id": "rs_x1_0",
                "summary": [{"type": "summary_text", "text": "hm"}],
                "encrypted_content": "gAAA",
            },
            {
                "type": "message",
                "id": "msg_x1_1",
                "status": "completed",
                "role": "assistant",
                "content": [
                    {"type": "output_text", "text": "a", "annotations": [], "logprobs": []},
                    {"type": "refusal", "refusal": "no"},
                ],
            },
            {"type": "function_call", "id": "fc_x1_2", **call},
            {"type": "custom_tool_call", "id": "ctc_x1_3", **custom},
            {"type": "image_generation_call", "id": "ig_x1_4", "status": "completed", "result": "aGk="},
            {
                "type": "message",
                "id": "msg_x1_5",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "b", "annotations": [], "logprobs": []}],
            },
        ]

    @pytest.mark.parametrize(
        ("finish", "status", "details"),
        [
            (Finish.STOP, "completed", None),
            (Finish.TOOL_CALLS, "completed", None),
            (Finish.PAUSE, "completed", None),
            (Finish.LENGTH, "incomplete", {"reason": "max_output_tokens"}),
            (Finish.CONTENT_FILTER, "incomplete", {"reason": "content_filter"}),
        ],
    )
    def test_why_it_ended(self, finish: Finish, status: str, details: Any) -> None:
        """The last message says it too."""
        answer = write(Text(text="a"), finish=finish)

        assert (answer["status"], answer["incomplete_details"]) == (status, details)
        assert answer["output"][0]["status"] == status

    def test_states_travel_in_encrypted_content(self) -> None:
        """Those of calls and texts right behind them."""
        foreign, signed = State("anthropic", "sig"), State("gemini", "sig2")
        answer = write(
            Reasoning(text="a", state=foreign),
            Text(text="b", state=signed),
            Text(text="c"),
            ToolCall(id="c1", name="f", state=signed),
        )

        assert [(item["type"], item.get("encrypted_content")) for item in answer["output"]] == [
            ("reasoning", written(foreign, OPENAI_RESPONSES)),
            ("message", None),
            ("reasoning", carried(signed, "")),
            ("message", None),
            ("function_call", None),
            ("reasoning", carried(signed, "c1")),
        ]

    def test_who_takes_no_state_gets_none(self) -> None:
        """Not even an empty item for it."""
        state = State("anthropic", "sig")
        answer = write(
            Reasoning(text="a", state=state),
            Reasoning(state=state),
            ToolCall(id="c1", name="f", state=state),
            wants_state=False,
        )

        assert [item["type"] for item in answer["output"]] == ["reasoning", "function_call"]
        assert "encrypted_content" not in answer["output"][0]

    def test_citations_and_probabilities(self) -> None:
        """A source without a URL has no place; one without bounds is behind all of the text."""
        own = {"type": "file_citation", "file_id": "f1", "filename": "b.pdf", "index": 0}
        answer = write(
            Text(
                text="abc",
                citations=(
                    Citation(url="https://a.test", title="A"),
                    Citation(title="a document"),
                    Citation(native=(OPENAI_RESPONSES, own)),
                    Citation(url="https://b.test", start=1, end=2),
                ),
            ),
            logprobs={
                "content": [{"token": "abc", "bytes": None, "logprob": -1, "top_logprobs": [3]}, "odd"]
            },
        )

        (content,) = answer["output"][0]["content"]
        assert content["annotations"] == [
            {"type": "url_citation", "url": "https://a.test", "title": "A", "start_index": 0, "end_index": 3},
            own,
            {"type": "url_citation", "url": "https://b.test", "title": "", "start_index": 1, "end_index": 2},
        ]
        assert content["logprobs"] == [
            {"token": "abc", "bytes": [97, 98, 99], "logprob": -1, "top_logprobs": []}
        ]

    def test_only_the_first_choice_has_room(self) -> None:
        """There is one response, not several."""
        plan = ClientPlan(ChatRequest(origin=OPENAI_RESPONSES, model="m", turns=()))
        answer = ChatResponse((Choice((Text(text="a"),)), Choice((Text(text="b"),), index=1)))

        assert len(json.loads(RESPONSES_CLIENT.write_response(answer, plan))["output"]) == 1
        assert json.loads(RESPONSES_CLIENT.write_response(ChatResponse(()), plan))["output"] == []
