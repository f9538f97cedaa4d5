"""Conversations of Anthropic's clients that the provider keeps: only the account that does is asked again."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI
from tests.fakes.clients import FakeClient
from tests.fakes.events import named
from tests.fakes.road import MODEL, FakeRoad, channel
from tests.fakes.upstreams import ScriptedResponse, streamed, whole

USAGE = {"input_tokens": 9, "output_tokens": 5}
MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [],
    "usage": USAGE,
}
START: dict[str, Any] = {"type": "message_start", "message": MESSAGE}
SAID = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hello"}}
STOP = {"type": "message_stop"}
CREATE, CONTINUE = {"type": "create"}, {"type": "continue", "previous_message_id": "msg_1"}


def asks(thread: dict[str, str] | None, **members: Any) -> FakeClient:
    """Ask for a message; a thread that is None stands in the body as null."""
    said = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9, "thread": thread, **members}
    return FakeClient(json.dumps({"model": MODEL, **said}).encode())


def accounts(*providers: str, dialect: str = ANTHROPIC) -> FakeRoad:
    """A road with a channel of each provider, with two keys each."""
    numbered = enumerate(providers, 1)
    return FakeRoad(*(channel(n, provider=name, dialect=dialect, keys=2) for n, name in numbered))


def answer(*, stream: bool = False) -> ScriptedResponse:
    return streamed(named(START, SAID, STOP)) if stream else whole(json.dumps(MESSAGE).encode())


def keys_of(fake: FakeRoad) -> list[str]:
    return [asked.header(b"x-api-key") for asked in fake.asked]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_it_goes_on_with_the_key_that_keeps_it(*, stream: bool) -> None:
    """Whatever the dice say."""
    fake = accounts("anthropic", "anthropic").plays(answer(stream=stream), *(answer() for _ in range(8)))
    await fake.asked_by(asks(CREATE, stream=stream), MESSAGES)

    for _ in range(8):
        await fake.asked_by(asks(CONTINUE), MESSAGES)

    assert len(set(keys_of(fake))) == 1
    assert len(fake.asked) == 9


@pytest.mark.parametrize("thread", [None, CONTINUE], ids=["not kept", "kept by nobody here"])
async def test_a_conversation_that_nobody_keeps_is_begun_anew(thread: dict[str, str] | None) -> None:
    """SDKs send the whole of it when they are told so in these words."""
    fake, client = accounts("anthropic", "anthropic").plays(answer()), asks(CONTINUE)
    if thread is None:
        await fake.asked_by(asks(thread), MESSAGES)

    await fake.asked_by(client, MESSAGES)

    assert client.status == 404
    assert json.loads(client.body)["error"]["details"] == {"error_code": "thread_not_found"}


@pytest.mark.parametrize("thread", [CREATE, CONTINUE], ids=["begun", "gone on with"])
@pytest.mark.parametrize(
    ("provider", "dialect"), [("gemini", GEMINI), ("deepseek", ANTHROPIC)], ids=["translated", "kept by none"]
)
async def test_who_keeps_none_is_not_asked(provider: str, dialect: str, thread: dict[str, str]) -> None:
    """What was said before would be lost unseen; SDKs go on without."""
    fake, client = FakeRoad(channel(1, provider=provider, dialect=dialect)), asks(thread)

    await fake.asked_by(client, MESSAGES)

    assert (client.status, fake.asked) == (400, [])
    assert json.loads(client.body)["error"]["details"] == {"error_code": "thread_unsupported_request"}


async def test_who_keeps_some_is_asked_instead() -> None:
    """Also where others come first."""
    fake, client = accounts("deepseek", "anthropic").plays(answer()), asks(CREATE)
    fake.offer(
        channel(1, provider="deepseek", dialect=ANTHROPIC, priority=9),
        channel(2, provider="anthropic", dialect=ANTHROPIC),
    )

    await fake.asked_by(client, MESSAGES)

    assert (client.status, keys_of(fake)) == (200, ["key-2-0"])


async def test_null_is_no_thread() -> None:
    """Some clients write every member."""
    fake, client = FakeRoad(channel(1, provider="deepseek", dialect=ANTHROPIC)).plays(answer()), asks(None)

    await fake.asked_by(client, MESSAGES)

    assert client.status == 200
