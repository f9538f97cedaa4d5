import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Image, Reasoning, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.dialects.ollama.translate.face import OLLAMA_UPSTREAM
from oblivious.contracts.errors import (
    BadCredential,
    Garbled,
    ModelMissing,
    Overloaded,
    Refused,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.contracts.usage import Usage

Json = dict[str, Any]
CALL: Json = {"id": "call_x", "function": {"index": 0, "name": "f", "arguments": {"a": 1}}}


def read(answer: Any, plan: UpstreamPlan | None = None) -> ChatResponse | UpstreamError:
    return OLLAMA_UPSTREAM.read_response(json.dumps(answer).encode(), plan or UpstreamPlan())


def choice_of(message: Json, plan: UpstreamPlan | None = None, **members: Any) -> Choice:
    answer = read({"model": "m", "message": message, "done": True, **members}, plan)
    assert isinstance(answer, ChatResponse)
    return answer.choices[0]


class TestAnswer:
    def test_thoughts_words_and_calls(self) -> None:
        """In this order, whatever order the members have."""
        choice = choice_of({"content": "hi", "tool_calls": [CALL], "images": ["aGk="], "thinking": "hm"})

        assert choice.parts == (
            Reasoning(text="hm"),
            Text(text="hi"),
            Image(source=Source(data="aGk=", media_type="image/png")),
            ToolCall(id="call_x", name="f", arguments='{"a":1}'),
        )

    @pytest.mark.parametrize(
        ("reason", "called", "finish"),
        [
            ("stop", False, Finish.STOP),
            ("stop", True, Finish.TOOL_CALLS),
            ("length", False, Finish.LENGTH),
            ("length", True, Finish.LENGTH),
            ("load", False, Finish.STOP),
            (None, False, Finish.STOP),
            ("another", False, Finish.STOP),
        ],
        ids=str,
    )
    def test_why_it_ended(self, reason: str | None, finish: Finish, *, called: bool) -> None:
        """Ollama says `stop` of calls, too."""
        message: Json = {"content": "", "tool_calls": [CALL] if called else None}

        assert choice_of(message, done_reason=reason).finish is finish

    @pytest.mark.parametrize(
        ("counts", "usage"),
        [
            ({"prompt_eval_count": 7, "eval_count": 3}, Usage(7, 3)),
            ({"eval_count": 3}, Usage(0, 3)),
            ({"prompt_eval_count": 7}, Usage(7, 0)),
            ({"prompt_eval_count": -1, "eval_count": True}, None),
            ({}, None),
        ],
        ids=["both", "all was cached", "no output", "nonsense", "none"],
    )
    def test_usage(self, counts: Json, usage: Usage | None) -> None:
        """A count that is missing is zero, as the server leaves out what is."""
        answer = read({"message": {"content": "hi"}, **counts})

        assert isinstance(answer, ChatResponse)
        assert answer.usage == usage

    def test_a_call_of_an_older_server_gets_an_id(self) -> None:
        """So that its result can name it; arguments that are no object are none."""
        calls = choice_of({"tool_calls": [{"function": {"name": "f", "arguments": "x"}}, {}, 7]}).parts

        assert [(call.name, call.arguments) for call in calls if isinstance(call, ToolCall)] == [
            ("f", "{}"),
            ("", "{}"),
        ]
        assert all(isinstance(call, ToolCall) and call.id.startswith("call_") for call in calls)

    @pytest.mark.parametrize(
        ("arguments", "text"), [({"input": "ls"}, "ls"), ({"other": 1}, '{"other":1}')], ids=["free", "odd"]
    )
    def test_free_text_is_unwrapped(self, arguments: Json, text: str) -> None:
        """Where the tool takes it."""
        plan = UpstreamPlan(custom_tools=frozenset({"run"}))
        (call,) = choice_of(
            {"tool_calls": [{"function": {"name": "run", "arguments": arguments}}]}, plan
        ).parts

        assert isinstance(call, ToolCall)
        assert (call.arguments, call.custom) == (text, True)

    def test_log_probabilities(self) -> None:
        """What is empty Ollama leaves out; what is no token is let go."""
        token = {"token": "h", "logprob": -0.5}
        given = [{**token, "bytes": [104], "top_logprobs": [token, {"token": 7}]}, {"token": "x"}, 7]

        assert choice_of({"content": "h"}, logprobs=given).logprobs == {
            "content": [
                {
                    "token": "h",
                    "logprob": -0.5,
                    "bytes": [104],
                    "top_logprobs": [{"token": "h", "logprob": -0.5, "bytes": None}],
                }
            ],
            "refusal": None,
        }

    @pytest.mark.parametrize(
        ("body", "leaf"),
        [
            (b"<html>", Garbled),
            (b"[]", Garbled),
            (b'{"message": 7}', Garbled),
            (b'{"message": {"content": ' + b"[" * 2000 + b"]" * 2000 + b"}}", Garbled),
            (b'{"error": "an error was encountered"}', Overloaded),
            (b'{"error": 7}', Overloaded),
        ],
        ids=["html", "list", "no message", "too deep", "error", "odd error"],
    )
    def test_what_is_no_answer(self, body: bytes, leaf: type[UpstreamError]) -> None:
        """It is the error that it is."""
        assert isinstance(OLLAMA_UPSTREAM.read_response(body, UpstreamPlan()), leaf)


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "words", "leaf"),
        [
            (400, '"llama3.2" does not support thinking', Refused),
            (400, "registry.ollama.ai/library/x does not support tools", Refused),
            (401, "unauthorized", BadCredential),
            (404, "model 'x' not found", ModelMissing),
            (404, 'model "x" not found, try pulling it first', ModelMissing),
            (429, "too many requests", UpstreamRateLimited),
            (500, "llama runner process has terminated", Overloaded),
            (503, "server busy, please try again.  maximum pending requests exceeded", Overloaded),
        ],
    )
    def test_a_status_and_words(self, status: int, words: str, leaf: type[UpstreamError]) -> None:
        """As the server says them (its source, read 2026-11-27)."""
        error = OLLAMA_UPSTREAM.read_error(status, [], json.dumps({"error": words}).encode())

        assert type(error) is leaf
        assert error.message == words
