import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.request import Thinking, Turn
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from tests.unit.adapters.dialects.anthropic.translate.samples import (
    HELLO,
    NEW,
    OLD,
    outgoing,
    request,
    written,
)


class TestWriteRequest:
    def test_a_plain_one(self) -> None:
        """Nothing is in it that nobody asked for."""
        sent = outgoing(request(), OLD)

        assert sent.path == "messages"
        assert json.loads(sent.body) == {
            "model": OLD,
            "max_tokens": 8192,
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
        }
        assert sent.plan.dropped == []

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({"max_output_tokens": 5}, {"max_tokens": 5}),
            ({"stop": ("a",)}, {"stop_sequences": ["a"]}),
            ({"user": "u"}, {"metadata": {"user_id": "u"}}),
            ({"service_tier": "default"}, {"service_tier": "standard_only"}),
            ({"service_tier": "priority"}, {"service_tier": "auto"}),
            ({"stream": True}, {"stream": True}),
            ({"temperature": 1.7}, {"temperature": 1}),
            ({"temperature": -1}, {"temperature": 0}),
            ({"top_p": 0.9, "top_k": 3}, {"top_p": 0.9, "top_k": 3}),
        ],
        ids=str,
    )
    def test_what_it_can_say(self, members: dict[str, Any], expected: dict[str, Any]) -> None:
        """In Anthropic's words."""
        body = written(request(**members), OLD)

        assert {name: body[name] for name in expected} == expected

    @pytest.mark.parametrize(
        ("model", "members", "left", "dropped"),
        [
            (OLD, {"stop": ("\n", "a")}, {"stop_sequences": ["a"]}, ["stop"]),
            (OLD, {"service_tier": "flex"}, {}, ["service_tier"]),
            (
                OLD,
                {"temperature": 0.5, "top_p": 0.5, "top_k": 5, "thinking": Thinking(effort="low")},
                {},
                ["temperature", "top_p", "top_k"],
            ),
            ("claude-sonnet-4-5", {"temperature": 0.5, "top_p": 0.5}, {"temperature": 0.5}, ["top_p"]),
            ("claude-opus-4-7", {"temperature": 0.5, "top_k": 5}, {}, ["temperature", "top_k"]),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_a_model_refuses_is_named(
        self, model: str, members: dict[str, Any], left: dict[str, Any], dropped: list[str]
    ) -> None:
        """The request goes through without it."""
        sent = outgoing(request(**members), model)
        body = json.loads(sent.body)

        assert {
            name: body[name] for name in ("stop_sequences", "temperature", "top_p", "top_k") if name in body
        } == left
        assert sent.plan.dropped == dropped

    @pytest.mark.parametrize("origin", [ANTHROPIC, "openai_chat"])
    def test_unknown_members_stay_in_their_own_dialect(self, origin: str) -> None:
        """Elsewhere they mean nothing, or something else."""
        sent = outgoing(request(origin=origin, extra={"container": msgspec.Raw(b'"c"')}))

        assert ("container" in json.loads(sent.body)) is (origin == ANTHROPIC)
        assert sent.plan.dropped == ([] if origin == ANTHROPIC else ["container"])

    def test_all_instructions_are_hoisted_in_their_order(self) -> None:
        """There is one place for them."""
        turns = (
            Turn("system", (Text(text="a"),)),
            HELLO,
            Turn("developer", (Text(text="b"), Text(text=" "))),
        )

        assert written(request(*turns))["system"] == [
            {"type": "text", "text": "a"},
            {"type": "text", "text": "b"},
        ]

    def test_instructions_alone_are_asked_by_a_user(self) -> None:
        """Anthropic answers nobody else."""
        body = written(request(Turn("system", (Text(text="a"),))))

        assert "system" not in body
        assert body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "a"}]}]

    def test_the_models_own_name_goes_up(self) -> None:
        """Not the client's."""
        assert written(request())["model"] == NEW
