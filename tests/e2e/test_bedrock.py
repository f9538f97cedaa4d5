"""Official SDKs at a channel of Amazon Bedrock; the demo makes every signature anew."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import anthropic
import httpx
import openai
import pytest

from oblivious.demo.served import Served
from oblivious.demo.words import STATEMENT, THOUGHT
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.answers import chat_message
from tests.gateways.gateway import Gateway, Upstream
from tests.gateways.world import CHAT, Way

PAIR, TEMPORARY, PRESENTED = "AKIADEMO:demo/secret+x", "ASIADEMO:demo/secret:token==", "bedrock-api-key-demo"
CONVERSED, INVOKED, LENT, OPEN = "converse-signed", "claude-signed", "claude-lent", "converse-presented"
STRANGE = "converse-strange"
MODELS = [CONVERSED, INVOKED, LENT, OPEN]
AT_BEDROCK = "us.anthropic.claude-sonnet-4-6-v1:0"
HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What does get_weather say of Paris?"}]
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CHAT_TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
CLAUDE_TOOLS: Any = [{"name": "get_weather", "input_schema": SCHEMA}]
THINKING: Any = {"type": "enabled", "budget_tokens": 1024}


@dataclass(frozen=True)
class Bedrock:
    """A gateway with channels of Bedrock."""

    gateway: Gateway
    upstream: Upstream

    def served(self, model: str) -> Served:
        """Return the last request for a model, by Bedrock's name of it."""
        return [one for one in self.upstream.served() if one.model == model][-1]


@pytest.fixture(scope="module")
def bedrock(embedded: Gateway) -> Bedrock:
    """Channels as an operator adds them, at an upstream that knows their keys."""
    installation = embedded.installation
    log = installation.folder / "served-bedrock.jsonl"
    keys = [option for key in (PAIR, TEMPORARY, PRESENTED) for option in ("--api-key", key)]
    upstream = Upstream(installation.demo("--log", str(log), *keys), log)
    ways = {
        PAIR: {CONVERSED: CHAT, INVOKED: AT_BEDROCK},
        TEMPORARY: {LENT: AT_BEDROCK},
        PRESENTED: {OPEN: CHAT},
        f"{PAIR}y": {STRANGE: "demo-strange"},
    }
    for key, models in ways.items():
        embedded.add_channel(Way(models, "bedrock", more={"base-url": upstream.url, "api-key": key}))
        for model in models:
            embedded.set_price(model, "1", "2")
    return Bedrock(embedded, upstream)


@pytest.fixture(autouse=True)
async def _listed(bedrock: Bedrock, http: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {bedrock.gateway.key}"}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await http.get(f"{bedrock.gateway.url}/v1/models", headers=headers)
            if {model["id"] for model in answer.json()["data"]}.issuperset({*MODELS, STRANGE}):
                return
            await asyncio.sleep(0.1)


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """One kind of gateway shows it."""
    return embedded


@pytest.mark.parametrize("model", MODELS)
class TestChat:
    """Clients of chat completions."""

    async def test_words(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """Whole and streamed, and what they used."""
        whole = await gpt.chat.completions.create(model=model, messages=HELLO)
        async with gpt.chat.completions.stream(
            model=model, messages=HELLO, stream_options={"include_usage": True}
        ) as stream:
            answer = await stream.get_final_completion()

        assert whole.choices[0].message.content == answer.choices[0].message.content == STATEMENT
        assert (whole.model, answer.choices[0].finish_reason) == (model, "stop")
        assert whole.usage is not None
        assert answer.usage is not None
        assert whole.usage.completion_tokens == answer.usage.completion_tokens == 18

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI, model: str, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        asked: Any = {"model": model, "messages": ASKING, "tools": CHAT_TOOLS}
        message = await chat_message(gpt, streamed=streamed, **asked)
        (call,) = message.tool_calls or []
        result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
        turns: Any = [*ASKING, message.to_dict(), result]
        second = await gpt.chat.completions.create(model=model, messages=turns, tools=CHAT_TOOLS)

        assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "demo"})
        assert second.choices[0].message.content == STATEMENT


@pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
async def test_reasoning_over_three_turns(gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
    """Thoughts come down beside the words, and their signature goes back up with them."""
    turns: Any = list(HELLO)
    for _ in range(3):
        asked: Any = {"model": INVOKED, "messages": turns, "reasoning_effort": "low"}
        message = await chat_message(gpt, streamed=streamed, **asked)
        said = message.to_dict()
        assert (said["reasoning_content"], said["content"]) == (THOUGHT, STATEMENT)
        turns += [said, *HELLO]


@pytest.mark.parametrize("model", MODELS)
class TestMessages:
    """Clients of Anthropic's messages."""

    async def test_words(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """Whole and streamed, as clients with beta features ask for them."""
        whole = await claude.beta.messages.create(
            model=model, max_tokens=99, messages=HELLO, betas=["claude-code-20250219"], system="Be kind."
        )
        async with claude.messages.stream(model=model, max_tokens=99, messages=HELLO) as stream:
            streamed = await stream.get_final_message()

        for message in (whole, streamed):
            assert message.content[0].type == "text"
            assert (message.content[0].text, message.stop_reason) == (STATEMENT, "end_turn")
            assert message.usage.output_tokens == 18

    async def test_tools_round_trip(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """A streamed call, and the words after its result."""
        async with claude.messages.stream(
            model=model, max_tokens=99, messages=ASKING, tools=CLAUDE_TOOLS
        ) as stream:
            first = await stream.get_final_message()
        (call,) = (block for block in first.content if block.type == "tool_use")
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turns: Any = [
            *ASKING,
            {"role": "assistant", "content": [block.to_dict() for block in first.content]},
            {"role": "user", "content": [result]},
        ]
        second = await claude.messages.create(model=model, max_tokens=99, messages=turns, tools=CLAUDE_TOOLS)

        assert (call.name, call.input) == ("get_weather", {"city": "demo"})
        assert [block.text for block in second.content if block.type == "text"] == [STATEMENT]

    async def test_tokens_are_counted(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """By Bedrock, whose count has another shape."""
        counted = await claude.messages.count_tokens(model=model, messages=HELLO)

        assert counted.input_tokens == 2


async def test_claude_thinks_for_its_own_clients(claude: anthropic.AsyncAnthropic) -> None:
    """In its own stream, which comes in Amazon's framing."""
    async with claude.messages.stream(
        model=INVOKED, max_tokens=2000, messages=HELLO, thinking=THINKING
    ) as stream:
        message = await stream.get_final_message()
    thought, words = message.content

    assert thought.type == "thinking"
    assert (thought.thinking, bool(thought.signature)) == (THOUGHT, True)
    assert words.type == "text"


async def test_how_models_are_asked(bedrock: Bedrock, gpt: openai.AsyncOpenAI) -> None:
    """Claude in its own dialect, whoever the client is; others in Bedrock's; what signed is known."""
    for model in (CONVERSED, INVOKED, OPEN):
        await gpt.chat.completions.create(model=model, messages=HELLO)

    assert bedrock.served(AT_BEDROCK).path == f"/model/{AT_BEDROCK}/invoke"
    assert bedrock.served(AT_BEDROCK).key == PAIR[-4:]
    assert bedrock.served(CHAT).path == f"/model/{CHAT}/converse"
    assert bedrock.served(CHAT).key == PRESENTED[-4:]


async def test_a_wrong_secret(bedrock: Bedrock, gpt: openai.AsyncOpenAI) -> None:
    """It is an operator's affair: the caller hears that nobody serves the model now."""
    with pytest.raises(openai.APIStatusError) as caught:
        await gpt.chat.completions.create(model=STRANGE, messages=HELLO)

    assert caught.value.status_code in {502, 503}
    assert bedrock.served("").status == 403
