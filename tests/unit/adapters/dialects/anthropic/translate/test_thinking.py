import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.state import State
from tests.unit.adapters.dialects.anthropic.translate.samples import (
    HELLO,
    NEW,
    OLD,
    outgoing,
    request,
    written,
)

_ALWAYS, _SONNET = "claude-opus-5-5", "claude-sonnet-5-5"
_CALL = ToolCall(id="t1", name="f")
_RESULT = Turn("user", (ToolResult(call_id="t1", content=(Text(text="1"),)),))
_OWN = Reasoning(text="hm", state=State("anthropic", "sig"))
_FOREIGN = Reasoning(text="hm", state=State("gemini", "g"))


def _thinking(model: str, wanted: Thinking, **members: Any) -> tuple[Any, Any, int]:
    body = written(request(thinking=wanted, **members), model)
    return body.get("thinking"), body.get("output_config"), body["max_tokens"]


class TestDecide:
    @pytest.mark.parametrize(
        ("wanted", "thinking", "config"),
        [
            (Thinking(effort="high"), {"type": "adaptive"}, {"effort": "high"}),
            (Thinking(effort="minimal"), {"type": "adaptive"}, {"effort": "low"}),
            (Thinking(effort="xhigh"), {"type": "adaptive"}, {"effort": "high"}),
            (Thinking(effort="of_tomorrow"), {"type": "adaptive"}, {"effort": "medium"}),
            (Thinking(enabled=True, budget=16_000), {"type": "adaptive"}, {"effort": "high"}),
            (Thinking(enabled=True, budget=500), {"type": "adaptive"}, {"effort": "low"}),
            (Thinking(enabled=True, budget=-1), {"type": "adaptive"}, None),
            (
                Thinking(effort="low", shown="detailed"),
                {"type": "adaptive", "display": "summarized"},
                {"effort": "low"},
            ),
            (Thinking(enabled=False), {"type": "disabled"}, None),
            (Thinking(effort="none"), {"type": "disabled"}, None),
            (Thinking(shown="auto"), None, None),
        ],
        ids=str,
    )
    def test_new_models_are_told_an_effort(self, wanted: Thinking, thinking: object, config: object) -> None:
        """They know themselves how many tokens that takes."""
        assert _thinking(NEW, wanted)[:2] == (thinking, config)

    def test_newer_ones_know_more_efforts(self) -> None:
        """Since 4.7."""
        assert _thinking("claude-opus-4-7", Thinking(effort="xhigh"))[1] == {"effort": "xhigh"}

    @pytest.mark.parametrize(
        ("wanted", "budget", "limit"),
        [
            (Thinking(effort="low"), 2_048, 8_192 + 2_048),
            (Thinking(enabled=True), 8_192, 16_384),
            (Thinking(enabled=True, budget=5), 1_024, 8_192 + 1_024),
            (Thinking(enabled=True, budget=1_000_000), 64_000 - 8_192, 64_000),
        ],
        ids=str,
    )
    def test_old_models_are_given_a_budget(self, wanted: Thinking, budget: int, limit: int) -> None:
        """With room for the words beside it."""
        assert _thinking(OLD, wanted) == ({"type": "enabled", "budget_tokens": budget}, None, limit)

    @pytest.mark.parametrize(
        ("limit", "budget"), [(20_000, 16_384), (10_000, 5_000), (1_500, 1_024), (1_024, None), (10, None)]
    )
    def test_a_budget_stays_below_the_clients_limit(self, limit: int, budget: int | None) -> None:
        """Where no room is left for it, the model does not think, and the client is told."""
        sent = outgoing(request(thinking=Thinking(effort="high"), max_output_tokens=limit), OLD)
        body = json.loads(sent.body)

        assert body["max_tokens"] == limit
        assert body.get("thinking", {}).get("budget_tokens") == budget
        assert sent.plan.dropped == ([] if budget else ["thinking"])

    def test_a_model_that_cannot_think_does_not(self) -> None:
        """The client is told."""
        sent = outgoing(request(thinking=Thinking(effort="high")), "claude-3-5-haiku-20241022")

        assert "thinking" not in json.loads(sent.body)
        assert sent.plan.dropped == ["thinking"]

    @pytest.mark.parametrize(
        ("model", "thinking", "config", "dropped"),
        [
            (_ALWAYS, None, {"effort": "low"}, ["thinking"]),
            (_SONNET, {"type": "between_tools"}, None, []),
            ("claude-opus-4-7", None, None, []),
            ("claude-opus-5", {"type": "disabled"}, None, []),
        ],
    )
    def test_some_models_stop_in_other_ways(
        self, model: str, thinking: object, config: object, dropped: list[str]
    ) -> None:
        """One that always thinks does so briefly."""
        sent = outgoing(request(thinking=Thinking(enabled=False)), model)
        body = json.loads(sent.body)

        assert (body.get("thinking"), body.get("output_config")) == (thinking, config)
        assert sent.plan.dropped == dropped


class TestToolLoops:
    @pytest.mark.parametrize(
        ("turns", "thinks"),
        [
            ((HELLO, Turn("assistant", (_CALL,)), _RESULT), False),
            ((HELLO, Turn("assistant", (_FOREIGN, _CALL)), _RESULT), False),
            ((HELLO, Turn("assistant", (_CALL,)), _RESULT, HELLO), False),
            ((HELLO, Turn("assistant", (_OWN, _CALL)), _RESULT), True),
            ((HELLO, Turn("assistant", (_OWN, _CALL)), _RESULT, Turn("assistant", (_CALL,)), _RESULT), True),
            (
                (HELLO, Turn("assistant", (_CALL,)), _RESULT, Turn("assistant", (Text(text="a"),)), HELLO),
                True,
            ),
        ],
        ids=[
            "no-thought",
            "a-strangers",
            "with-more-to-say",
            "its-own",
            "its-own-before",
            "a-loop-that-ended",
        ],
    )
    def test_old_models_do_not_go_on_thinking_without_their_thoughts(
        self, turns: tuple[Turn, ...], *, thinks: bool
    ) -> None:
        """Anthropic would refuse the request."""
        sent = outgoing(request(*turns, thinking=Thinking(effort="low")), OLD)

        assert ("thinking" in json.loads(sent.body)) is thinks
        assert sent.plan.dropped == ([] if thinks else ["thinking"])

    def test_new_models_do(self) -> None:
        """Adaptive thinking may begin anywhere."""
        turns = (HELLO, Turn("assistant", (_CALL,)), _RESULT)
        sent = outgoing(request(*turns, thinking=Thinking(effort="low")))

        assert json.loads(sent.body)["thinking"] == {"type": "adaptive"}
        assert sent.plan.dropped == []


class TestForcedTools:
    _TOOLS = (Tool("function", "f"),)

    @pytest.mark.parametrize("mode", ["required", "named"])
    @pytest.mark.parametrize("model", [NEW, OLD])
    def test_a_model_that_thinks_is_not_forced(self, model: str, mode: Any) -> None:
        """Anthropic takes one of the two."""
        choice = ToolChoice(mode, ("f",) if mode == "named" else ())
        sent = outgoing(
            request(tools=self._TOOLS, tool_choice=choice, thinking=Thinking(effort="low")), model
        )

        assert "tool_choice" not in json.loads(sent.body)
        assert sent.plan.dropped == ["tool_choice"]

    @pytest.mark.parametrize(
        ("model", "thinking", "choice", "dropped"),
        [
            (NEW, None, {"type": "any"}, []),
            ("claude-opus-5", {"type": "disabled"}, {"type": "any"}, []),
            (_SONNET, None, None, ["tool_choice"]),
            (_ALWAYS, None, None, ["tool_choice"]),
        ],
    )
    def test_thinking_that_nobody_asked_for_gives_way(
        self, model: str, thinking: object, choice: object, dropped: list[str]
    ) -> None:
        """Where it can."""
        sent = outgoing(request(tools=self._TOOLS, tool_choice=ToolChoice("required")), model)
        body = json.loads(sent.body)

        assert (body.get("thinking"), body.get("tool_choice")) == (thinking, choice)
        assert sent.plan.dropped == dropped
