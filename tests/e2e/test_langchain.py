"""LangChain's chat classes, each at models served in every dialect, its own one and the others."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT_ONLY, GEMINI_ONLY, OPENAI_ONLY

HELLO = [SystemMessage("Be kind."), HumanMessage("hello there")]
ASKING = [HumanMessage("What does get_weather say of Paris?")]
WEATHER = {
    "title": "get_weather",
    "description": "Say what the weather is.",
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
SERVED = [CHAT_ONLY, OPENAI_ONLY, ANTHROPIC_ONLY, GEMINI_ONLY]

Maker = Callable[..., BaseChatModel]


@pytest.fixture(autouse=True)
def _untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told about these tests, whatever the developer's own settings are."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "false")


def chat(gateway: Gateway, model: str, **more: Any) -> BaseChatModel:
    key, url = SecretStr(gateway.key), f"{gateway.url}/v1"
    return ChatOpenAI(model=model, base_url=url, api_key=key, max_retries=0, stream_usage=True, **more)


def responses(gateway: Gateway, model: str, **more: Any) -> BaseChatModel:
    return chat(gateway, model, use_responses_api=True, **more)


def claude(gateway: Gateway, model: str, **more: Any) -> BaseChatModel:
    key = SecretStr(gateway.key)
    return ChatAnthropic(model_name=model, base_url=gateway.url, api_key=key, max_retries=0, **more)


def gemini(gateway: Gateway, model: str, **more: Any) -> BaseChatModel:
    return ChatGoogleGenerativeAI(
        model=model,
        base_url=gateway.url,
        google_api_key=SecretStr(gateway.key),
        transport="rest",
        max_retries=1,
        **more,
    )


CALLING = [(maker, model) for maker in (chat, responses, claude, gemini) for model in SERVED]

THINKING: dict[Maker, dict[str, Any]] = {
    responses: {
        "reasoning": {"effort": "low", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
        "store": False,
    },
    claude: {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000},
    gemini: {"include_thoughts": True, "thinking_budget": 1024},
}
"""How the classes that show thoughts are told to; the one for chat completions leaves them out."""


def answered(model: Any, messages: Sequence[Any], *, streamed: bool) -> AIMessage:
    """Return the whole answer; the pieces of a stream are added up as LangChain adds them."""
    if not streamed:
        whole: AIMessage = model.invoke(messages)
        return whole
    pieces: list[AIMessageChunk] = list(model.stream(messages))
    return sum(pieces[1:], pieces[0])


def thoughts(answer: AIMessage) -> str:
    """Return them in LangChain's own words, which are the same for all its classes."""
    found = [block for block in answer.content_blocks if block["type"] == "reasoning"]
    return "".join(block.get("reasoning", "") for block in found)


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("model", SERVED)
@pytest.mark.parametrize("maker", [chat, responses, claude, gemini])
def test_text(embedded: Gateway, maker: Maker, model: str, *, streamed: bool) -> None:
    """The words, the name that the client used, and what they cost."""
    answer = answered(maker(embedded, model), HELLO, streamed=streamed)
    used = answer.usage_metadata

    assert answer.text == STATEMENT
    assert answer.response_metadata["model_name"] == model
    assert used is not None
    assert (used["output_tokens"], used["total_tokens"]) == (18, used["input_tokens"] + 18)


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("maker", "model"), CALLING)
class TestTools:
    def test_round_trip(self, embedded: Gateway, maker: Maker, model: str, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        tooled: Any = maker(embedded, model).bind_tools([WEATHER])
        first = answered(tooled, ASKING, streamed=streamed)
        (call,) = first.tool_calls
        result = ToolMessage("sunny", tool_call_id=call["id"], name=call["name"])
        second = answered(tooled, [*ASKING, first, result], streamed=streamed)

        assert (call["name"], call["args"]) == ("get_weather", {"city": "demo"})
        assert (second.text, second.tool_calls) == (STATEMENT, [])

    def test_thoughts_before_a_call(
        self, embedded: Gateway, maker: Maker, model: str, *, streamed: bool
    ) -> None:
        """They go back up together with the call and its result."""
        tooled: Any = maker(embedded, model, **THINKING.get(maker, {})).bind_tools([WEATHER])
        first = answered(tooled, ASKING, streamed=streamed)
        (call,) = first.tool_calls
        result = ToolMessage("sunny", tool_call_id=call["id"], name=call["name"])
        second = answered(tooled, [*ASKING, first, result], streamed=streamed)

        assert thoughts(first) == (THOUGHT if maker in THINKING else "")
        assert (second.text, second.tool_calls) == (STATEMENT, [])

    def test_a_call_is_forced(self, embedded: Gateway, maker: Maker, model: str, *, streamed: bool) -> None:
        """Though nothing in the message asks for one."""
        tooled: Any = maker(embedded, model).bind_tools([WEATHER], tool_choice="any")
        (call,) = answered(tooled, HELLO, streamed=streamed).tool_calls

        assert call["args"] == {"city": "demo"}


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("model", SERVED)
@pytest.mark.parametrize("maker", THINKING)
def test_thinking(embedded: Gateway, maker: Maker, model: str, *, streamed: bool) -> None:
    """Thoughts come beside the words, and what goes back up of them does no harm."""
    thinking = maker(embedded, model, **THINKING[maker])
    turns: list[Any] = list(HELLO)
    for _ in range(3):
        answer = answered(thinking, turns, streamed=streamed)
        assert (thoughts(answer), answer.text) == (THOUGHT, STATEMENT)
        turns += [answer, HumanMessage("and then?")]
