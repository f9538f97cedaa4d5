"""Amazon's own SDK takes the demo upstream for Bedrock: signatures, binary streams, errors by their types."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.words import STATEMENT, THOUGHT

PAIR = "AKIADEMO:demo/secret"
TEMPORARY = "ASIADEMO:demo/secret:token=="
HELLO: Any = [{"role": "user", "content": [{"text": "hello there"}]}]
ASKING: Any = [{"role": "user", "content": [{"text": "What does get_weather say of Paris?"}]}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": SCHEMA}}}]}
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
CLAUDE = "us.anthropic.claude-demo-v1:0"
Asks = Callable[..., Any]


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions(api_keys=(PAIR, TEMPORARY)))
    await demo.start()
    yield demo
    await demo.stop()


def client(upstream: DemoUpstream, pair: str = PAIR) -> Any:
    access, secret, *token = pair.split(":")
    return boto3.client(
        "bedrock-runtime",
        region_name="eu-central-1",
        endpoint_url=upstream.url,
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        aws_session_token=token[0] if token else None,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


async def asked(upstream: DemoUpstream, ask: Asks, pair: str = PAIR) -> Any:
    """Ask off the loop that the demo runs on: the SDK blocks."""

    def run() -> Any:
        made = client(upstream, pair)
        try:
            return ask(made)
        finally:
            made.close()

    return await asyncio.to_thread(run)


def converse(messages: Any, *, streamed: bool, model: str = "demo", **members: Any) -> Asks:
    """Return what asks for an answer, and reads a stream to its end."""

    def ask(made: Any) -> Any:
        said = {"modelId": model, "messages": messages, **members}
        if not streamed:
            return made.converse(**said)
        with closing(made.converse_stream(**said)["stream"]) as stream:
            return list(stream)

    return ask


def deltas(events: Any) -> list[Any]:
    return [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]


class TestConverse:
    async def test_json(self, upstream: DemoUpstream) -> None:
        """An answer has words, a reason to stop and usage; a limit cuts it."""
        whole = await asked(upstream, converse(HELLO, streamed=False, system=[{"text": "Be kind."}]))
        cut = await asked(upstream, converse(HELLO, streamed=False, inferenceConfig={"maxTokens": 3}))

        assert whole["output"]["message"] == {"role": "assistant", "content": [{"text": STATEMENT}]}
        assert whole["stopReason"] == "end_turn"
        assert whole["usage"] == {"inputTokens": 4, "outputTokens": 18, "totalTokens": 22}
        assert cut["stopReason"] == "max_tokens"

    async def test_stream(self, upstream: DemoUpstream) -> None:
        """Thoughts come first and are signed, then the words, and the usage comes last."""
        ask = converse(HELLO, streamed=True, additionalModelRequestFields=THINKING)
        events = await asked(upstream, ask)
        said = deltas(events)
        thoughts = [delta["reasoningContent"] for delta in said if "reasoningContent" in delta]

        assert "".join(thought.get("text", "") for thought in thoughts) == THOUGHT
        assert thoughts[-1]["signature"]
        assert "".join(delta.get("text", "") for delta in said) == STATEMENT
        assert [next(iter(event)) for event in events[-2:]] == ["messageStop", "metadata"]

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(self, upstream: DemoUpstream, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        answer = await asked(upstream, converse(ASKING, streamed=streamed, toolConfig=TOOLS))
        if streamed:
            (start,) = (e["contentBlockStart"]["start"] for e in answer if "contentBlockStart" in e)
            arguments = "".join(delta["toolUse"]["input"] for delta in deltas(answer))
            call = {**start["toolUse"], "input": json.loads(arguments)}
        else:
            (block,) = answer["output"]["message"]["content"]
            call = block["toolUse"]
        result = {"toolResult": {"toolUseId": call["toolUseId"], "content": [{"text": "sunny"}]}}
        turns = [
            *ASKING,
            {"role": "assistant", "content": [{"toolUse": call}]},
            {"role": "user", "content": [result]},
        ]
        second = await asked(upstream, converse(turns, streamed=False, toolConfig=TOOLS))

        assert (call["name"], call["input"]) == ("get_weather", {"city": "demo"})
        assert second["output"]["message"]["content"] == [{"text": STATEMENT}]


async def test_tokens_are_counted(upstream: DemoUpstream) -> None:
    """Of a conversation as it would be asked."""
    counted = await asked(
        upstream,
        lambda made: made.count_tokens(modelId="demo", input={"converse": {"messages": HELLO}}),
    )

    assert counted["inputTokens"] == 2


@pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
async def test_claude_is_invoked(upstream: DemoUpstream, *, streamed: bool) -> None:
    """With a body of its own, and it answers with one."""
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": HELLO_OF_CLAUDE}

    def ask(made: Any) -> Any:
        said = {"modelId": CLAUDE, "body": json.dumps(body)}
        if not streamed:
            return json.loads(made.invoke_model(**said)["body"].read())
        with closing(made.invoke_model_with_response_stream(**said)["body"]) as chunks:
            return [json.loads(event["chunk"]["bytes"]) for event in chunks]

    answer = await asked(upstream, ask)

    if streamed:
        words = [event["delta"]["text"] for event in answer if event["type"] == "content_block_delta"]
        assert ("".join(words), answer[-1]["type"]) == (STATEMENT, "message_stop")
    else:
        assert answer["content"][0]["text"] == STATEMENT
    assert upstream.served[-1].model == CLAUDE


HELLO_OF_CLAUDE = [{"role": "user", "content": "hello there"}]


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("demo@status-400", "ValidationException"),
        ("demo@status-403", "AccessDeniedException"),
        ("demo@status-404", "ResourceNotFoundException"),
        ("demo@status-429", "ThrottlingException"),
        ("demo@status-500", "InternalServerException"),
        ("demo@status-503", "ServiceUnavailableException"),
    ],
)
async def test_errors(upstream: DemoUpstream, model: str, code: str) -> None:
    """The SDK knows each by its name."""
    with pytest.raises(ClientError) as caught:
        await asked(upstream, converse(HELLO, streamed=False, model=model))

    assert caught.value.response["Error"]["Code"] == code
    assert type(caught.value).__name__ == code


async def test_an_error_in_a_stream(upstream: DemoUpstream) -> None:
    """It comes as an exception among the events."""
    with pytest.raises(EventStreamError, match="throttlingException"):
        await asked(upstream, converse(HELLO, streamed=True, model="demo@error-after-200-429"))


async def test_a_temporary_pair_signs_its_token_too(upstream: DemoUpstream) -> None:
    """And is taken."""
    whole = await asked(upstream, converse(HELLO, streamed=False, model=CLAUDE), TEMPORARY)

    assert whole["stopReason"] == "end_turn"


@pytest.mark.parametrize("pair", ["AKIADEMO:another/secret", "AKIAOTHER:demo/secret"], ids=["secret", "id"])
async def test_a_wrong_signature(upstream: DemoUpstream, pair: str) -> None:
    """Whoever does not know the secret is not let in."""
    with pytest.raises(ClientError) as caught:
        await asked(upstream, converse(HELLO, streamed=False), pair)

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"
