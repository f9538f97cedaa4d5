"""OpenAI's SDK asks for several choices at models whose upstreams give one a call."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from oblivious.demo.words import STATEMENT
from tests.gateways.clients import NO_TLS
from tests.gateways.gateway import Gateway, Key
from tests.gateways.world import ANTHROPIC_ONLY, OLLAMA_CLOUD, STUMBLING

HELLO: Any = [{"role": "user", "content": "hello there"}]
GROUP = "by-calls"
ONE_CALL = 120 * 3_000 + 34 * 15_000
"""Nano-USD of an answer that uses 120 and 34 tokens at 3 and 15 dollars a million."""


@pytest.fixture(scope="session")
def member(gateway: Gateway) -> Key:
    """A user of a group that asks call by call."""
    gateway.installation.do("group", "create", GROUP, "--calls-per-choice")
    return gateway.user("50", GROUP)


@pytest.fixture
async def gpt(gateway: Gateway, member: Key) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's own client with that user's key."""
    async with client_of(gateway, member) as client:
        yield client


def client_of(gateway: Gateway, owner: Key) -> openai.AsyncOpenAI:
    http = openai.DefaultAsyncHttpxClient(verify=NO_TLS)
    return openai.AsyncOpenAI(
        base_url=f"{gateway.url}/v1", api_key=owner.key, max_retries=0, http_client=http
    )


async def choices_of(
    gpt: openai.AsyncOpenAI, model: str, *, streamed: bool
) -> tuple[str, list[str | None], int]:
    """Return whose answer it is, the words of each choice, and the tokens that were used."""
    asked: Any = {"model": model, "messages": HELLO, "n": 3}
    if not streamed:
        raw = await gpt.chat.completions.with_raw_response.create(**asked)
        answer = raw.parse()
        exchange = raw.headers["x-oblivious-exchange-id"]
    else:
        async with gpt.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
            answer = await stream.get_final_completion()
            exchange = stream._response.headers["x-oblivious-exchange-id"]
    assert answer.usage is not None
    assert {choice.finish_reason for choice in answer.choices} == {"stop"}
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    return exchange, [choice.message.content for choice in answer.choices], answer.usage.total_tokens


@pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("model", [ANTHROPIC_ONLY, OLLAMA_CLOUD])
async def test_three_choices_are_three_calls(
    gateway: Gateway, gpt: openai.AsyncOpenAI, model: str, *, streamed: bool
) -> None:
    """Each was served under an attempt id of its own, and the bill is the sum of what they used."""
    exchange, said, tokens = await choices_of(gpt, model, streamed=streamed)
    row = (await gateway.settled([exchange]))[exchange]
    served = [one for one in gateway.upstreams[0].served() if one.attempt_id in row["attempt_ids"]]
    used = [one.usage for one in served if one.usage is not None]

    assert said == [STATEMENT] * 3
    assert (len(row["attempt_ids"]), len(served), len(used)) == (3, 3, 3)
    assert row["input_tokens"] == sum(usage.input_tokens for usage in used)
    assert row["amount_nano_usd"] == sum(u.input_tokens * 1_000 + u.output_tokens * 2_000 for u in used)
    assert tokens == row["input_tokens"] + row["output_tokens"]


@pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
async def test_one_that_stumbles_moves_all_to_the_next_channel(
    gateway: Gateway, gpt: openai.AsyncOpenAI, *, streamed: bool
) -> None:
    """No client sees it, and nothing is billed twice."""
    found = await asyncio.gather(*(choices_of(gpt, STUMBLING, streamed=streamed) for _ in range(30)))
    rows = await gateway.settled(exchange for exchange, _, _ in found)

    assert [said for _, said, _ in found] == [[STATEMENT] * 3] * 30
    assert {row["amount_nano_usd"] for row in rows.values()} == {3 * ONE_CALL}
    assert {len(row["attempt_ids"]) for row in rows.values()} == {3, 6}
    assert await gateway.violations() == []


async def test_a_group_that_is_changed_asks_otherwise_within_a_second(gateway: Gateway) -> None:
    """What its members were refused, they get."""
    await asyncio.to_thread(gateway.installation.do, "group", "create", "changing")
    owner = await asyncio.to_thread(gateway.user, "1", "changing")
    async with client_of(gateway, owner) as client:
        assert not await _may_choose(client)
        await asyncio.to_thread(gateway.installation.do, "group", "edit", "changing", "--calls-per-choice")
        done = time.monotonic()
        while not await _may_choose(client):
            assert time.monotonic() - done < 1
    groups = await asyncio.to_thread(gateway.installation.do, "group", "list")
    assert {row["name"]: row["calls_per_choice"] for row in groups}["changing"]


async def _may_choose(client: openai.AsyncOpenAI) -> bool:
    try:
        answer = await client.chat.completions.create(model=ANTHROPIC_ONLY, messages=HELLO, n=2)
    except openai.BadRequestError:
        return False
    return len(answer.choices) == 2
