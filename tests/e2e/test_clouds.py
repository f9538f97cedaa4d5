"""Official SDKs at channels of Google's and Microsoft's clouds, keys and paths and all."""

import asyncio
from typing import Any

import anthropic
import httpx
import openai
import pytest
from google import genai
from google.genai import types

from oblivious.demo.vectors import vector
from oblivious.demo.words import STATEMENT
from tests.fakes.raw_upstream import always, answer, raw_upstream
from tests.fakes.service_accounts import PROJECT
from tests.gateways.clouds import (
    CLAUDE,
    CLOUD_MODELS,
    DEPLOYED,
    EMBEDDER,
    GEMINI,
    HURRIED,
    LLAMA,
    RESCUED,
    Clouds,
)
from tests.gateways.gateway import Gateway

HELLO: Any = [{"role": "user", "content": "hello there"}]


@pytest.fixture(autouse=True)
async def _listed(clouds: Clouds, http: httpx.AsyncClient) -> None:
    await clouds.listed(http)


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """One kind of gateway shows it."""
    return embedded


@pytest.mark.parametrize("model", CLOUD_MODELS)
class TestEveryClient:
    """Whatever the cloud speaks for the model, and whatever it wants for a key."""

    async def test_chat(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """Whole and streamed."""
        whole = await gpt.chat.completions.create(model=model, messages=HELLO)
        stream = await gpt.chat.completions.create(
            model=model, messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
        words = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)

        assert whole.choices[0].message.content == words == STATEMENT
        assert whole.model == model
        assert chunks[-1].usage is not None
        assert chunks[-1].usage.completion_tokens == 18

    async def test_messages(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """Whole and streamed, as clients with beta features ask for them."""
        whole = await claude.beta.messages.create(
            model=model, max_tokens=99, messages=HELLO, betas=["interleaved-thinking-2025-05-14"]
        )
        async with claude.messages.stream(model=model, max_tokens=99, messages=HELLO) as stream:
            words = await stream.get_final_text()

        assert [block.text for block in whole.content if block.type == "text"] == [STATEMENT]
        assert words == STATEMENT
        assert whole.model == model

    async def test_contents(self, gemini: genai.client.AsyncClient, model: str) -> None:
        """Whole and streamed."""
        whole = await gemini.models.generate_content(model=model, contents="hello there")
        stream = await gemini.models.generate_content_stream(model=model, contents="hello there")
        words = "".join([chunk.text or "" async for chunk in stream])

        assert whole.text == words == STATEMENT
        assert whole.model_version == model


class TestVertex:
    async def test_every_family_is_asked_in_its_own_way(
        self, clouds: Clouds, gpt: openai.AsyncOpenAI
    ) -> None:
        """Below the project of the service account."""
        for model in (GEMINI, CLAUDE, LLAMA):
            await gpt.chat.completions.create(model=model, messages=HELLO)
        place = f"/v1/projects/{PROJECT}/locations/global"

        assert {one.dialect for one in clouds.served(f"{place}/publishers/google/")} == {"gemini"}
        assert {one.dialect for one in clouds.served(f"{place}/publishers/anthropic/")} == {"anthropic"}
        assert {one.dialect for one in clouds.served(f"{place}/endpoints/openapi/")} == {"openai_chat"}

    async def test_words_of_nobody_are_the_users(self, clouds: Clouds, http: httpx.AsyncClient) -> None:
        """As in the first example of the Gemini API's documents."""
        body = {"contents": [{"parts": [{"text": "hello there"}]}], "store": False}
        answer = await http.post(
            f"{clouds.gateway.url}/v1beta/models/{GEMINI}:generateContent",
            json=body,
            headers={"x-goog-api-key": clouds.gateway.key},
        )

        assert answer.status_code == 200
        assert answer.json()["candidates"][0]["content"]["parts"] == [{"text": STATEMENT}]

    async def test_images_are_fetched_for_claude(self, gpt: openai.AsyncOpenAI) -> None:
        """At Google it fetches none."""
        png = answer(b"\x89PNG\r\n\x1a\n....", b"content-type: image/png")
        async with raw_upstream(always(png)) as server:
            url = f"http://127.0.0.1:{server.origin.port}/a.png"
            parts: Any = [{"type": "image_url", "image_url": {"url": url}}]
            said = await gpt.chat.completions.create(
                model=CLAUDE, messages=[{"role": "user", "content": parts}]
            )
            assert len(server.links) == 1

        assert said.choices[0].message.content == STATEMENT

    async def test_tokens_are_counted_there(self, claude: anthropic.AsyncAnthropic) -> None:
        """At a path that is the same for all models."""
        raw = await claude.messages.with_raw_response.count_tokens(model=CLAUDE, messages=HELLO)
        counted = await raw.parse()

        assert counted.input_tokens == 2
        assert "x-oblivious-estimated" not in raw.headers

    async def test_vectors_are_predicted(
        self, clouds: Clouds, gpt: openai.AsyncOpenAI, gemini: genai.client.AsyncClient
    ) -> None:
        """Of older models, which have no other way; Gemini's own clients get them, too."""
        openais = await gpt.embeddings.create(model=EMBEDDER, input=["one", "two words"], dimensions=8)
        config = types.EmbedContentConfig(output_dimensionality=8, task_type="RETRIEVAL_QUERY")
        googles = await gemini.models.embed_content(
            model=EMBEDDER, contents=["one", "two words"], config=config
        )
        expected = [pytest.approx(vector(text, 8), abs=1e-6) for text in ("one", "two words")]

        assert [item.embedding for item in openais.data] == expected
        assert [item.values for item in googles.embeddings or []] == expected
        assert openais.usage.prompt_tokens == 3
        assert googles.usage_metadata is not None
        assert googles.usage_metadata.prompt_token_count == 3
        assert len(clouds.served("publishers/google/models/text-embedding-005:predict")) == 2

    async def test_one_token_serves_many(self, clouds: Clouds, gpt: openai.AsyncOpenAI) -> None:
        """It is asked for once, however many come at a time."""
        before = len(clouds.served("/token"))
        await asyncio.gather(*(gpt.chat.completions.create(model=GEMINI, messages=HELLO) for _ in range(8)))

        assert len(clouds.served("/token")) - before <= 1

    async def test_nobody_notices_that_a_token_ends(self, clouds: Clouds, gpt: openai.AsyncOpenAI) -> None:
        """Each of these lasts for a second."""
        for _ in range(3):
            answer = await gpt.chat.completions.create(model=HURRIED, messages=HELLO)
            assert answer.choices[0].message.content == STATEMENT
            await asyncio.sleep(1.1)
        keys = [one.key for one in clouds.served("publishers/google/models/gemini-demo")]

        assert len(set(keys[-3:])) == 3

    async def test_another_channel_steps_in_for_an_account_that_nobody_knows(
        self, clouds: Clouds, gpt: openai.AsyncOpenAI
    ) -> None:
        """And what is billed was served by that one."""
        raw = await gpt.chat.completions.with_raw_response.create(model=RESCUED, messages=HELLO)
        exchange = raw.headers["x-oblivious-exchange-id"]
        row = (await clouds.gateway.settled([exchange]))[exchange]

        assert row["status"] == "settled"
        assert len(row["attempt_ids"]) == 1

    async def test_a_key_file_is_shown_by_its_account_only(self, clouds: Clouds) -> None:
        """Neither the command line nor the log knows its key."""
        shown = await asyncio.to_thread(clouds.gateway.installation.do, "channel", "list")
        hints = {key["hint"] for channel in shown for key in channel["keys"]}
        logs = "".join(part.said() for part in clouds.gateway.installation.parts)

        assert f"relay@{PROJECT}.iam.gserviceaccount.com" in hints
        assert "PRIVATE KEY" not in str(shown) + logs
        assert "ya29." not in logs

    async def test_a_file_that_is_not_there_is_told(self, clouds: Clouds) -> None:
        """Nothing is added then."""
        add = ("channel", "add", "--name=lost", "--provider=vertex", "--models=gemini", "--api-key=@/nowhere")
        with pytest.raises(AssertionError, match="No such file"):
            await asyncio.to_thread(clouds.gateway.installation.do, *add)


class TestAzure:
    async def test_a_channel_says_which_version_it_wants(
        self, gpt: openai.AsyncOpenAI, clouds: Clouds
    ) -> None:
        """Models are deployments; responses are not below them."""
        await gpt.chat.completions.create(model=DEPLOYED, messages=HELLO)
        response = await gpt.responses.create(model=DEPLOYED, input="hello there")

        assert response.output_text == STATEMENT
        assert clouds.served("/openai/deployments/demo/chat/completions")
        assert clouds.served("/openai/responses")

    async def test_embeddings(self, gpt: openai.AsyncOpenAI) -> None:
        """By deployment, too."""
        embedded = await gpt.embeddings.create(model=DEPLOYED, input=["one", "two"])

        assert len(embedded.data) == 2
