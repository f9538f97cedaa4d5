"""What vendors of chat completions lack, or say otherwise; each case is one field of a row."""

import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import CacheMark, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice, Turn
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_UPSTREAM
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest

PLAIN = Provider(name="plain", speaks={OPENAI_CHAT: "https://a.test/v1"}, source="")
HI = Turn("user", (Text(text="hi"),))
TOOL = Tool("function", "f")


def asked(*said: Turn, **members: Any) -> ChatRequest:
    return ChatRequest(origin="elsewhere", model="m", turns=said or (HI,), **members)


def sent(request: ChatRequest, provider: Provider) -> Outgoing:
    return CHAT_UPSTREAM.write_request(request, Target(provider, "up"))


def body_of(request: ChatRequest, provider: Provider) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(sent(request, provider).body)
    return body


def like(**fields: Any) -> Provider:
    """Return a vendor that differs from OpenAI in these fields."""
    return msgspec.structs.replace(PLAIN, **fields)


class TestUnsupported:
    MEMBERS = (
        ("user", "u", "user"),
        ("seed", 7, "seed"),
        ("logit_bias", {"5": 1}, "logit_bias"),
        ("parallel_tools", False, "parallel_tool_calls"),
        ("max_output_tokens", 9, "max_tokens"),
        ("cache_key", "k", "prompt_cache_key"),
    )

    @pytest.mark.parametrize(("name", "value", "here"), MEMBERS)
    def test_what_only_tunes_is_left_out_and_told(self, name: str, value: Any, here: str) -> None:
        """By its neutral name."""
        out = sent(asked(**{name: value}), like(unsupported=frozenset({name})))

        assert here not in json.loads(out.body)
        assert out.plan.dropped == [name]

    @pytest.mark.parametrize(("name", "value", "here"), MEMBERS)
    def test_others_get_it(self, name: str, value: Any, here: str) -> None:
        """As it was said."""
        out = sent(asked(**{name: value}), PLAIN)

        assert json.loads(out.body)[here] == value
        assert out.plan.dropped == []

    @pytest.mark.parametrize(
        ("name", "value"),
        [("n", 2), ("logprobs", 3), ("logprobs", 0), ("voice", {"voice": "ash"})],
    )
    def test_what_the_answer_would_lack_is_refused(self, name: str, value: Any) -> None:
        """By the names of the member and the vendor."""
        with pytest.raises(InvalidRequest, match="plain") as refused:
            sent(asked(**{name: value}), like(unsupported=frozenset({name})))

        assert refused.value.param == name

    def test_what_nobody_asked_for_is_no_matter(self) -> None:
        """One answer is what every vendor gives."""
        assert sent(asked(n=1), like(unsupported=frozenset({"n", "logprobs"}))).plan.dropped == []

    def test_what_all_lack_comes_first(self) -> None:
        """Members that chat has no words for, then those that the vendor has none for."""
        out = sent(asked(top_k=4, seed=1), like(unsupported=frozenset({"seed"})))

        assert out.plan.dropped == ["top_k", "seed"]


class TestRenames:
    def test_a_member_has_the_vendors_name(self) -> None:
        """And only that."""
        body = body_of(asked(seed=3, user="u"), like(renames={"seed": "random_seed"}))

        assert (body["random_seed"], body["user"]) == (3, "u")
        assert "seed" not in body

    @pytest.mark.parametrize(
        ("choice", "said"),
        [
            (ToolChoice("required"), "any"),
            (ToolChoice("auto"), "auto"),
            (ToolChoice("named", ("f",)), {"type": "function", "function": {"name": "f"}}),
        ],
    )
    def test_a_tool_choice_has_the_vendors_word(self, choice: ToolChoice, said: Any) -> None:
        """Where it has one of its own."""
        body = body_of(
            asked(tools=(TOOL,), tool_choice=choice), like(renames={"tool_choice.required": "any"})
        )

        assert body["tool_choice"] == said

    @pytest.mark.parametrize(
        ("choice", "dropped"),
        [
            (ToolChoice("required"), ["tool_choice"]),
            (ToolChoice("named", ("f",)), ["tool_choice"]),
            (ToolChoice("auto"), []),
        ],
    )
    def test_one_that_cannot_be_said_is_left_to_the_model(
        self, choice: ToolChoice, dropped: list[str]
    ) -> None:
        """It is told, but for the one that says nothing else."""
        renames = dict.fromkeys(("tool_choice.auto", "tool_choice.required", "tool_choice.named"), "")
        out = sent(asked(tools=(TOOL,), tool_choice=choice), like(renames=renames))

        assert "tool_choice" not in json.loads(out.body)
        assert out.plan.dropped == dropped


class TestTemperatures:
    @pytest.mark.parametrize(("wanted", "said"), [(0.0, 0.01), (0.5, 0.5), (1, 1), (1.7, 1.0)], ids=str)
    def test_one_that_is_out_of_reach_becomes_the_nearest(self, wanted: float, said: float) -> None:
        """Colder or hotter."""
        assert body_of(asked(temperature=wanted), like(temperatures=(0.01, 1.0)))["temperature"] == said

    def test_without_bounds_it_is_as_it_was_said(self) -> None:
        """The vendor judges it."""
        assert body_of(asked(temperature=3.5), PLAIN)["temperature"] == 3.5
        assert "temperature" not in body_of(asked(), like(temperatures=(0.01, 1.0)))


class TestCallIds:
    @pytest.mark.parametrize("foreign", ["call_1", "toolu_01AbCdEf", "äöü", "a" * 10, "abc-12345"])
    def test_call_and_result_get_the_same_id_of_the_right_length(self, foreign: str) -> None:
        """Letters and digits only."""
        turns = (
            Turn("assistant", (ToolCall(id=foreign, name="f"),)),
            Turn("user", (ToolResult(call_id=foreign, content=(Text(text="ok"),)),)),
        )
        call, result = body_of(asked(*turns), like(call_id_length=9))["messages"]
        name = call["tool_calls"][0]["id"]

        assert result["tool_call_id"] == name
        assert len(name) == 9
        assert name.isascii()
        assert name.isalnum()

    def test_the_vendors_own_ids_stay(self) -> None:
        """It knows them again."""
        turn = Turn("assistant", (ToolCall(id="D681PevKs", name="f"),))
        (message,) = body_of(asked(turn), like(call_id_length=9))["messages"]

        assert message["tool_calls"][0]["id"] == "D681PevKs"


class TestMessages:
    def test_nobody_is_named_where_names_are_refused(self) -> None:
        """What was said stays."""
        turns = (Turn("user", (Text(text="hi"),), name="ann"), Turn("assistant", (Text(text="a"),), name="b"))

        assert [message.get("name") for message in body_of(asked(*turns), PLAIN)["messages"]] == ["ann", "b"]
        assert body_of(asked(*turns), like(message_names=False))["messages"] == [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": "a"},
        ]

    def test_instructions_become_one_message_at_the_front(self) -> None:
        """In their order, with their marks."""
        marked = Text(text="second", cache=CacheMark())
        turns = (Turn("system", (Text(text="first"),)), HI, Turn("developer", (marked,)))
        body = body_of(asked(*turns), like(one_system=True, cache_member="cache_control"))

        assert [message["role"] for message in body["messages"]] == ["system", "user"]
        assert body["messages"][0]["content"] == [
            {"type": "text", "text": "first"},
            {"type": "text", "text": "second", "cache_control": {"type": "ephemeral"}},
        ]

    def test_without_instructions_there_is_no_message_for_them(self) -> None:
        """An empty one would be refused."""
        assert body_of(asked(), like(one_system=True))["messages"] == [{"role": "user", "content": "hi"}]

    @pytest.mark.parametrize(("null_content", "content"), [(True, None), (False, "")])
    def test_who_only_calls_tools_says_nothing(self, *, null_content: bool, content: str | None) -> None:
        """Or an empty text, where nothing is refused."""
        turn = Turn("assistant", (ToolCall(id="c1", name="f"),))
        (message,) = body_of(asked(turn), like(null_content=null_content))["messages"]

        assert message["content"] == content


class TestRows:
    @pytest.mark.parametrize(
        ("provider", "members", "dropped"),
        [
            ("groq", {"logit_bias": {"5": 1}, "metadata": {"a": "b"}}, ["logit_bias", "metadata"]),
            ("mistral", {"user": "u", "store": True, "metadata": {"a": "b"}}, ["user", "store"]),
            ("cerebras", {"frequency_penalty": 1.0, "seed": 1}, ["frequency_penalty"]),
            ("minimax", {"parallel_tools": True, "seed": 1}, ["parallel_tools"]),
            ("zhipu", {"seed": 1, "verbosity": "low"}, ["verbosity"]),
            ("cohere", {"service_tier": "auto", "seed": 1}, ["service_tier"]),
        ],
    )
    def test_what_is_dropped(self, provider: str, members: dict[str, Any], dropped: list[str]) -> None:
        """The rest goes up."""
        assert sent(asked(**members), PROVIDERS[provider]).plan.dropped == dropped

    @pytest.mark.parametrize("provider", ["groq", "cohere", "zhipu", "zai", "minimax", "minimax-intl"])
    def test_who_gives_one_answer_only(self, provider: str) -> None:
        """Two cannot be had."""
        with pytest.raises(InvalidRequest):
            sent(asked(n=2), PROVIDERS[provider])

    @pytest.mark.parametrize(
        ("provider", "hot", "cold"),
        [
            ("moonshot", 1.0, 0.0),
            ("moonshot-cn", 1.0, 0.0),
            ("minimax", 1.0, 0.01),
            ("zhipu", 0.99, 0.01),
            ("openai", 1.8, 0.0),
        ],
    )
    def test_how_hot_and_how_cold(self, provider: str, hot: float, cold: float) -> None:
        """As its documents say."""
        row = PROVIDERS[provider]

        assert body_of(asked(temperature=1.8), row)["temperature"] == hot
        assert body_of(asked(temperature=0.0), row)["temperature"] == cold

    def test_some_things_are_said_otherwise(self) -> None:
        """Mistral's seed and that some tool must be called, the user of GLM."""
        body = body_of(asked(seed=1, tools=(TOOL,), tool_choice=ToolChoice("required")), PROVIDERS["mistral"])

        assert (body["random_seed"], body["tool_choice"]) == (1, "any")
        assert body_of(asked(user="u"), PROVIDERS["zai"])["user_id"] == "u"
