"""The SDKs' clients for Google's and Microsoft's clouds take the demo upstream for these."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.service_account import Credentials

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.vectors import vector
from oblivious.demo.words import STATEMENT
from oblivious.infra.google import Token, TokenRefused, ask_token
from tests.fakes.service_accounts import PROJECT, key_file

KEY = "demo-key"
HELLO: Any = [{"role": "user", "content": "hello there"}]
VERSION = "2025-04-01-preview"


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions(api_keys=(KEY,)))
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
def credentials() -> Any:
    """A token that was given already: how more are asked for is the business of another test."""
    plain: Any = Credentials
    made = plain(None, "relay@example.test", "https://tokens.test/token")
    made.token, made.expiry = KEY, datetime.max  # noqa: DTZ901 - google-auth wants it without a zone
    return made


@pytest.fixture
async def vertex(upstream: DemoUpstream, credentials: Any) -> AsyncIterator[genai.client.AsyncClient]:
    options = types.HttpOptions(base_url=upstream.url, retry_options=types.HttpRetryOptions(attempts=1))
    async with genai.Client(
        vertexai=True, project=PROJECT, location="global", credentials=credentials, http_options=options
    ).aio as client:
        yield client


@pytest.fixture
async def claude(upstream: DemoUpstream) -> AsyncIterator[anthropic.AsyncAnthropicVertex]:
    async with anthropic.AsyncAnthropicVertex(
        base_url=f"{upstream.url}/v1", project_id=PROJECT, region="global", access_token=KEY, max_retries=0
    ) as client:
        yield client


@pytest.fixture
async def azure(upstream: DemoUpstream) -> AsyncIterator[openai.AsyncAzureOpenAI]:
    async with openai.AsyncAzureOpenAI(
        azure_endpoint=upstream.url, api_key=KEY, api_version=VERSION, max_retries=0
    ) as client:
        yield client


class TestGeminiOnVertex:
    async def test_whole_streamed_and_counted(self, vertex: genai.client.AsyncClient) -> None:
        """As at the Gemini API, at other paths."""
        whole = await vertex.models.generate_content(model="gemini-demo", contents="hello there")
        stream = await vertex.models.generate_content_stream(model="gemini-demo", contents="hello there")
        words = "".join([chunk.text or "" async for chunk in stream])
        counted = await vertex.models.count_tokens(model="gemini-demo", contents="hello there")

        assert whole.text == words == STATEMENT
        assert counted.total_tokens == 2

    async def test_older_models_make_vectors_by_predict(self, vertex: genai.client.AsyncClient) -> None:
        """Each of them tells the tokens of its text."""
        config = types.EmbedContentConfig(output_dimensionality=8, task_type="CLUSTERING")
        answer = await vertex.models.embed_content(
            model="text-embedding-005", contents=["one", "two words"], config=config
        )
        embedded = answer.embeddings or []

        assert [one.values for one in embedded] == [vector("one", 8), vector("two words", 8)]
        assert [one.statistics.token_count for one in embedded if one.statistics] == [1, 2]

    async def test_faults(self, vertex: genai.client.AsyncClient) -> None:
        """A model name says what goes wrong."""
        with pytest.raises(errors.ClientError) as caught:
            await vertex.models.generate_content(model="gemini-demo@status-429", contents="hello")

        assert caught.value.code == 429

    async def test_express_mode(self, upstream: DemoUpstream) -> None:
        """An API key instead of a project."""
        options = types.HttpOptions(base_url=upstream.url)
        async with genai.Client(vertexai=True, api_key=KEY, http_options=options).aio as express:
            answer = await express.models.generate_content(model="gemini-demo", contents="hello there")

        assert answer.text == STATEMENT


class TestClaudeOnVertex:
    async def test_whole_streamed_and_counted(self, claude: anthropic.AsyncAnthropicVertex) -> None:
        """The version of a model stands behind an @."""
        model = "claude-demo@20250929"
        whole = await claude.messages.create(model=model, max_tokens=99, messages=HELLO)
        async with claude.messages.stream(model=model, max_tokens=99, messages=HELLO) as stream:
            words = await stream.get_final_text()
        counted = await claude.messages.count_tokens(model=model, messages=HELLO)

        assert [block.text for block in whole.content if block.type == "text"] == [STATEMENT]
        assert words == STATEMENT
        assert counted.input_tokens == 2

    async def test_what_google_does_not_know_is_refused(self, claude: anthropic.AsyncAnthropicVertex) -> None:
        """Parameters of Anthropic's own API among it."""
        with pytest.raises(anthropic.BadRequestError, match="query"):
            await claude.messages.create(
                model="claude-demo", max_tokens=9, messages=HELLO, extra_query={"beta": "true"}
            )


class TestAzure:
    async def test_whole_and_streamed(self, azure: openai.AsyncAzureOpenAI) -> None:
        """A stream begins with a chunk that has no choices."""
        whole = await azure.chat.completions.create(model="gpt", messages=HELLO)
        stream = await azure.chat.completions.create(model="gpt", messages=HELLO, stream=True)
        chunks = [chunk async for chunk in stream]
        words = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)

        assert whole.choices[0].message.content == words == STATEMENT
        assert (chunks[0].choices, chunks[0].id) == ([], "")

    async def test_embeddings_and_responses(self, azure: openai.AsyncAzureOpenAI) -> None:
        """The one by deployment, the other not."""
        embedded = await azure.embeddings.create(model="small", input=["one", "two"])
        response = await azure.responses.create(model="gpt", input="hello there")

        assert len(embedded.data) == 2
        assert response.output_text == STATEMENT

    async def test_a_version_must_be_named(self, upstream: DemoUpstream) -> None:
        """Only below `/openai/v1` none is."""
        asked: Any = {"model": "gpt", "messages": HELLO}
        async with (
            openai.AsyncOpenAI(base_url=f"{upstream.url}/openai/v1", api_key=KEY) as plain,
            openai.AsyncOpenAI(base_url=f"{upstream.url}/openai/deployments/gpt", api_key=KEY) as dated,
        ):
            answer = await plain.chat.completions.create(**asked)
            with pytest.raises(openai.BadRequestError, match="api-version"):
                await dated.chat.completions.create(**asked)

        assert answer.choices[0].message.content == STATEMENT


class TestTokens:
    async def test_a_service_account_is_given_one(self, upstream: DemoUpstream) -> None:
        """google-auth signs and asks; the token opens what a key opens, as long as it lasts."""
        token = await _token(key_file(f"{upstream.url}/token?expires_in=60"))
        dead = await _token(key_file(f"{upstream.url}/token?expires_in=0"))
        asked: Any = {"model": "claude-demo", "max_tokens": 99, "messages": HELLO}
        base_url = f"{upstream.url}/v1"
        for access, expected in ((token.text, None), (dead.text, anthropic.AuthenticationError)):
            async with anthropic.AsyncAnthropicVertex(
                base_url=base_url, project_id=PROJECT, region="global", access_token=access, max_retries=0
            ) as client:
                if expected is None:
                    assert await client.messages.create(**asked)
                else:
                    with pytest.raises(expected):
                        await client.messages.create(**asked)

        assert token.lasts_s == 60

    async def test_an_account_that_nobody_knows_is_refused(self, upstream: DemoUpstream) -> None:
        """The reason is a word of the protocol's, and names nobody."""
        account = key_file(f"{upstream.url}/token", client_email="nobody@example.test")
        with pytest.raises(TokenRefused, match="invalid_grant") as caught:
            await _token(account)

        assert "nobody" not in str(caught.value)


async def _token(account: str) -> Token:
    return await asyncio.to_thread(ask_token, json.loads(account))
