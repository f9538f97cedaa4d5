"""Clients that give back words, calls and results, and nothing of what the model thought before them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import openai
import pytest

from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.answers import chat_message, response_of
from tests.gateways.clients import NO_TLS, plain_client
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT

SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
FLAT: Any = [{"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": False}]
ASKING: Any = {"role": "user", "content": "What does get_weather say of Paris?"}
Bodies = list[dict[str, Any]]

_POLL_SECONDS = 0.1


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """It is the road's affair alone: one kind of gateway shows it."""
    return embedded


@asynccontextmanager
async def overheard(gateway: Gateway, provider: str) -> AsyncIterator[tuple[str, Bodies]]:
    """Serve a new model through the demo upstream; give its name, and the bodies that arrive there."""
    bodies: Bodies = []
    model = f"gemini-3-overheard-{time.monotonic_ns()}"
    async with plain_client(base_url=gateway.upstreams[0].url) as demo:

        async def pass_on(link: Link) -> None:
            while request := await link.request():
                head, _, body = request.partition(b"\r\n\r\n")
                bodies.append(json.loads(body))
                link.send(await _answered(demo, head, body))

        async with raw_upstream(pass_on) as upstream:
            url = f"http://127.0.0.1:{upstream.origin.port}"
            named = ("--name", model, "--provider", provider, "--base-url", url, "--api-key", "sk-demo")
            served = ("--models", model, "--map", f"{model}={CHAT}")
            await asyncio.to_thread(gateway.installation.do, "channel", "add", *named, *served)
            await asyncio.to_thread(gateway.set_price, model, "1", "2")
            await _served(gateway, model)
            bodies.clear()
            yield model, bodies
            await asyncio.to_thread(gateway.installation.do, "channel", "remove", model)


async def _answered(demo: httpx.AsyncClient, head: bytes, body: bytes) -> bytes:
    line, *fields = head.decode("latin-1").split("\r\n")
    method, path, _ = line.split(" ")
    named = dict(field.split(": ", 1) for field in fields)
    headers = {name: value for name, value in named.items() if name not in ("host", "content-length")}
    told = await demo.request(method, path, content=body, headers=headers)
    kind = told.headers["content-type"].encode()
    return answer(told.content, b"content-type: " + kind, status=f"{told.status_code} Said".encode())


async def _served(gateway: Gateway, model: str) -> None:
    """Wait until the gateway knows the model and its price."""
    asked = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    async with plain_client(base_url=gateway.url) as client, asyncio.timeout(PATIENCE_SECONDS):
        headers = {"authorization": f"Bearer {gateway.key}"}
        while True:
            told = await client.post("/v1/chat/completions", json=asked, headers=headers)
            if told.is_success:
                return
            await asyncio.sleep(_POLL_SECONDS)


def members(value: Any, name: str) -> Iterator[str]:
    """Yield every text that is a member of that name, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from members(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == name and isinstance(item, str):
                yield item
            else:
                yield from members(item, name)


async def in_chat(gpt: openai.AsyncOpenAI, model: str, *, streamed: bool) -> None:
    """Ask twice, let a tool be called each time, and say what came of it; messages are made by hand."""
    turns: list[Any] = []
    for _ in range(2):
        turns.append(ASKING)
        asked: Any = {"model": model, "messages": turns, "tools": TOOLS, "reasoning_effort": "low"}
        message = await chat_message(gpt, streamed=streamed, **asked)
        (call,) = message.tool_calls
        function = {"name": call.function.name, "arguments": call.function.arguments}
        said = {"id": call.id, "type": "function", "function": function}
        turns.append({"role": "assistant", "content": message.content, "tool_calls": [said]})
        turns.append({"role": "tool", "tool_call_id": call.id, "content": "sunny"})
        answered = await gpt.chat.completions.create(**asked)
        turns.append({"role": "assistant", "content": answered.choices[0].message.content})


async def in_responses(gpt: openai.AsyncOpenAI, model: str, *, streamed: bool) -> None:
    """The same, by items; reasoning is neither asked for nor given back."""
    items: list[Any] = []
    for _ in range(2):
        items.append(ASKING)
        asked: Any = {"model": model, "input": items, "tools": FLAT, "reasoning": {"effort": "low"}}
        response = await response_of(gpt, streamed=streamed, **asked)
        (call,) = (item for item in response.output if item.type == "function_call")
        said = {"call_id": call.call_id, "name": call.name, "arguments": call.arguments}
        items.append({"type": "function_call", **said})
        items.append({"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
        answered = await gpt.responses.create(**asked)
        items.append({"role": "assistant", "content": answered.output_text})


@pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("converse", [in_chat, in_responses], ids=["chat", "responses"])
@pytest.mark.parametrize(
    ("provider", "signature"), [("anthropic", "signature"), ("gemini", "thoughtSignature")]
)
async def test_all_signatures_of_calls_come_back(
    gateway: Gateway,
    gpt: openai.AsyncOpenAI,
    provider: str,
    signature: str,
    converse: Callable[..., Any],
    *,
    streamed: bool,
) -> None:
    """Those of both calls, though the client never saw the one nor kept the other."""
    async with overheard(gateway, provider) as (model, bodies):
        await converse(gpt, model, streamed=streamed)

    arrived = [list(members(body, signature)) for body in bodies]
    first, second = arrived[1], arrived[3][len(arrived[1]) :]
    assert arrived == [[], first, first, first + second]
    assert first
    assert len(first) == len(second)
    assert len({*first, *second}) == 2 * len(first)
    assert all("skip" not in one for one in arrived[3])


async def test_another_owner_gets_none_of_them(gateway: Gateway, gpt: openai.AsyncOpenAI) -> None:
    """Though it knows the id of the call."""
    other = await asyncio.to_thread(gateway.user, "5")
    async with overheard(gateway, "anthropic") as (model, bodies):
        await in_chat(gpt, model, streamed=False)
        turns: Any = [ASKING, *_given_back(bodies[-1])]
        async with openai.AsyncOpenAI(
            base_url=f"{gateway.url}/v1",
            api_key=other.key,
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(verify=NO_TLS),
        ) as stranger:
            await stranger.chat.completions.create(model=model, messages=turns, tools=TOOLS)

    assert list(members(bodies[-2], "signature"))
    assert list(members(bodies[-1], "signature")) == []


def _given_back(body: dict[str, Any]) -> list[Any]:
    """Return the first call that a request tells of, and its result, as messages."""
    blocks = (block for turn in body["messages"] for block in turn["content"])
    call = next(block for block in blocks if block["type"] == "tool_use")
    function = {"name": call["name"], "arguments": json.dumps(call["input"])}
    said = {"id": call["id"], "type": "function", "function": function}
    return [
        {"role": "assistant", "content": None, "tool_calls": [said]},
        {"role": "tool", "tool_call_id": call["id"], "content": "sunny"},
    ]
