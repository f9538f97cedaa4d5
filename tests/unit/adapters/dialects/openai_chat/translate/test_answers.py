"""Whole answers of chat completions to neutral chat and back."""

import json
from typing import Any

import pytest
from openai.types.chat import ChatCompletion

from oblivious.adapters.chat.parts import Audio, Citation, Image, Reasoning, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_CLIENT, CHAT_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage

PLAN = ClientPlan(ChatRequest(origin="openai_chat", model="the-model", turns=()), exchange_id="x1", created=5)
USAGE = Usage(10, 4, cache_read_tokens=2, cache_write_tokens=1, reasoning_tokens=3)


def read(message: dict[str, Any], finish: str | None = "stop", **answer: Any) -> Choice:
    """Read an answer with one choice."""
    choice = {"index": 0, "message": message, "finish_reason": finish}
    found = CHAT_UPSTREAM.read_response(json.dumps({"choices": [choice], **answer}).encode(), UpstreamPlan())
    assert isinstance(found, ChatResponse)
    return found.choices[0]


def written(response: ChatResponse) -> dict[str, Any]:
    """Write an answer; OpenAI's own types must take it."""
    body: dict[str, Any] = json.loads(CHAT_CLIENT.write_response(response, PLAN))
    ChatCompletion.model_validate(body, strict=True)
    return body


_DETAILS = State("openai_chat", '[{"text":"h"},{"summary":"m"},{"data":"x"}]')


class TestReading:
    @pytest.mark.parametrize(
        ("message", "parts"),
        [
            ({"content": "hi"}, (Text(text="hi"),)),
            ({"content": None}, ()),
            ({"content": "hi", "reasoning_content": "hm"}, (Reasoning(text="hm"), Text(text="hi"))),
            ({"content": "hi", "reasoning": "hm"}, (Reasoning(text="hm"), Text(text="hi"))),
            ({"content": [{"type": "text", "text": "hi"}, {"type": "thinking"}]}, (Text(text="hi"),)),
            (
                {
                    "content": [
                        {"type": "thinking", "thinking": [{"type": "text", "text": "h"}, {"text": "m"}, 7]},
                        {"type": "text", "text": "hi"},
                        {"type": "thinking", "thinking": "!"},
                    ]
                },
                (Reasoning(text="hm!"), Text(text="hi")),
            ),
            ({"content": None, "refusal": "no"}, (Refusal(text="no"),)),
            (
                {"content": "hi", "images": [{"image_url": {"url": "data:image/png;base64,aGk="}}]},
                (Text(text="hi"), Image(source=Source(data="aGk=", media_type="image/png"))),
            ),
            (
                {"audio": {"id": "a1", "data": "aGk=", "transcript": "hi"}},
                (Audio(source=Source(data="aGk="), transcript="hi", id="a1"),),
            ),
            (
                {"tool_calls": [{"id": "c", "custom": {"name": "g", "input": "free"}}]},
                (ToolCall(id="c", name="g", arguments="free", custom=True),),
            ),
            (
                {
                    "tool_calls": [
                        {"id": "c", "function": {"name": "f", "arguments": "{}"}, "custom": {"name": ""}}
                    ],
                    "audio": {"data": "", "expires_at": 0},
                },
                (ToolCall(id="c", name="f", arguments="{}"),),
            ),
            ({"content": "hi", "function_call": {"name": "", "arguments": ""}}, (Text(text="hi"),)),
            (
                {"content": "hi", "reasoning_details": [{"text": "h"}, {"summary": "m"}, {"data": "x"}]},
                (Reasoning(text="hm", state=_DETAILS), Text(text="hi")),
            ),
            (
                {"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": {"a": 1}}}]},
                (ToolCall(id="c", name="f", arguments='{"a":1}'),),
            ),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_messages(self, message: dict[str, Any], parts: tuple[Any, ...]) -> None:
        """As vendors write them."""
        assert read(message).parts == parts

    def test_sources_beside_the_choices(self) -> None:
        """Each once, with its title where that is known; annotations come first."""
        annotation = {"type": "url_citation", "url_citation": {"url": "https://a.test", "title": "A"}}
        (text,) = read(
            {"content": "hi", "annotations": [annotation]},
            citations=["https://a.test", "https://b.test", 7, ""],
            search_results=[{"url": "https://b.test", "title": "B"}, {"url": "https://c.test"}, {}],
        ).parts

        assert isinstance(text, Text)
        assert [(each.url, each.title) for each in text.citations] == [
            ("https://a.test", "A"),
            ("https://b.test", "B"),
            ("https://c.test", ""),
        ]

    def test_details_come_back_to_who_made_them(self) -> None:
        """As they are."""
        details = [{"type": "reasoning.encrypted", "data": "x", "index": 0}]
        (thought, _) = read({"content": "hi", "reasoning": "hm", "reasoning_details": details}).parts

        assert thought.state == State("openai_chat", json.dumps(details, separators=(",", ":")))

    @pytest.mark.parametrize(
        ("said", "finish"),
        [
            ("stop", "stop"),
            ("eos", "stop"),
            ("max_tokens", "length"),
            ("sensitive", "content_filter"),
            (None, "stop"),
        ],
    )
    def test_why_it_ended(self, said: str | None, finish: str) -> None:
        """Unknown words are a stop."""
        assert read({"content": "hi"}, said).finish == Finish(finish)

    def test_calls_are_calls_whatever_the_vendor_says(self) -> None:
        """Agents look at this word."""
        assert (
            read({"tool_calls": [{"id": "c", "function": {"name": "f"}}]}, "stop").finish is Finish.TOOL_CALLS
        )

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            (b"<html>", Garbled),
            (b"{}", Garbled),
            (b'{"choices":7}', Garbled),
            (b'{"error":{"message":"x","type":"server_error"}}', Overloaded),
        ],
    )
    def test_what_is_no_answer(self, body: bytes, error: type[Exception]) -> None:
        """It comes back as the error that it is."""
        assert type(CHAT_UPSTREAM.read_response(body, UpstreamPlan())) is error


class TestWriting:
    def test_everything(self) -> None:
        """Each part in its place."""
        state = State("anthropic", "sig")
        body = written(
            ChatResponse(
                (
                    Choice(
                        (
                            Reasoning(text="hm", state=state),
                            Text(text="hi", citations=(Citation("https://a.test", "A", 0, 2),)),
                            ToolCall(id="c", name="f", state=State("gemini", "g")),
                        ),
                        Finish.TOOL_CALLS,
                    ),
                ),
                USAGE,
            )
        )
        message = body["choices"][0]["message"]

        assert (body["id"], body["model"], body["created"]) == ("chatcmpl-x1", "the-model", 5)
        assert (message["content"], message["reasoning_content"]) == ("hi", "hm")
        assert message["annotations"][0]["url_citation"]["url"] == "https://a.test"
        (call,) = message["tool_calls"]
        assert call["function"]["arguments"] == "{}"
        assert call["extra_content"] == {"google": {"thought_signature": "g"}}
        assert body["usage"]["prompt_tokens_details"]["cached_tokens"] == 2
        assert body["usage"]["completion_tokens_details"]["reasoning_tokens"] == 3

    @pytest.mark.parametrize(("tier", "known"), [("priority", True), ("reserved", False), ("", False)])
    def test_a_tier_of_another_dialect_is_no_tier(self, tier: str, *, known: bool) -> None:
        """Typed clients know their own only."""
        body = written(ChatResponse((Choice(()),), service_tier=tier))

        assert body.get("service_tier") == (tier if known else None)

    def test_content_is_null_beside_calls_and_never_missing(self) -> None:
        """As typed clients want it."""
        calls = written(ChatResponse((Choice((ToolCall(id="c", name="f"),), Finish.TOOL_CALLS),)))
        nothing = written(ChatResponse((Choice(()),)))

        assert calls["choices"][0]["message"]["content"] is None
        assert nothing["choices"][0]["message"]["content"] == ""
        assert "tool_calls" not in nothing["choices"][0]["message"]
