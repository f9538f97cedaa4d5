"""Upstreams that answer in the other form than was asked for: official SDKs notice nothing."""

import asyncio

import anthropic
import httpx
import openai
import pytest
from google import genai

from oblivious.demo.words import STATEMENT
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.answers import chat_message, claude_message, google_parts, response_of
from tests.gateways.gateway import Gateway
from tests.gateways.world import Way

PROVIDERS = ("demo", "together", "anthropic", "gemini", "ollama-cloud", "cohere", "bedrock")
"""The first speaks every client's dialect; the others are reached by translation, but from their own."""

EXACT = (120 * 3 + 34 * 15) * 1000
"""Nano-USD for an answer that uses 120 and 34 tokens at 3 and 15 dollars a million."""

HELLO = [{"role": "user", "content": "hello there"}]
FORMS = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])


def turned_by(provider: str) -> str:
    """Return the model that a provider answers in the other form."""
    return f"other-form-at-{provider}"


@pytest.fixture(scope="module")
def vendors(embedded: Gateway) -> Gateway:
    """A gateway with such a channel of each."""
    for provider in PROVIDERS:
        model = turned_by(provider)
        embedded.add_channel(Way({model: "demo-chat@usage-120/34@other-form"}, provider))
        embedded.set_price(model, "3", "15")
    return embedded


@pytest.fixture(autouse=True)
async def _listed(vendors: Gateway, http: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {vendors.key}"}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await http.get(f"{vendors.url}/v1/models", headers=headers)
            if {model["id"] for model in answer.json()["data"]}.issuperset(map(turned_by, PROVIDERS)):
                return
            await asyncio.sleep(0.1)


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """One kind of gateway shows it."""
    return embedded


@pytest.mark.parametrize("provider", PROVIDERS)
@FORMS
class TestEveryClient:
    """Gets the form that it asked for."""

    async def test_chat(self, gpt: openai.AsyncOpenAI, provider: str, *, streamed: bool) -> None:
        """A message, or its pieces."""
        message = await chat_message(gpt, streamed=streamed, model=turned_by(provider), messages=HELLO)

        assert message.content == STATEMENT

    async def test_responses(self, gpt: openai.AsyncOpenAI, provider: str, *, streamed: bool) -> None:
        """A response, or its events."""
        response = await response_of(gpt, streamed=streamed, model=turned_by(provider), input="hello there")

        assert response.output_text == STATEMENT
        assert (response.usage.input_tokens, response.usage.output_tokens) == (120, 34)

    async def test_messages(self, claude: anthropic.AsyncAnthropic, provider: str, *, streamed: bool) -> None:
        """A message, or its events."""
        message = await claude_message(
            claude, streamed=streamed, model=turned_by(provider), max_tokens=99, messages=HELLO
        )

        assert [block.text for block in message.content] == [STATEMENT]
        assert (message.usage.input_tokens, message.usage.output_tokens) == (120, 34)

    async def test_contents(self, gemini: genai.client.AsyncClient, provider: str, *, streamed: bool) -> None:
        """Candidates, once or piece by piece."""
        parts = await google_parts(
            gemini, streamed=streamed, model=turned_by(provider), contents="hello there"
        )

        assert "".join(part.text or "" for part in parts) == STATEMENT


@FORMS
async def test_it_is_billed_by_what_the_provider_counted(
    vendors: Gateway, http: httpx.AsyncClient, *, streamed: bool
) -> None:
    """To the last token, whoever it was."""
    exchanges = [
        (
            await http.post(
                f"{vendors.url}/v1/chat/completions",
                json={"model": turned_by(provider), "messages": HELLO, "stream": streamed},
                headers={"authorization": f"Bearer {vendors.key}"},
            )
        ).headers["x-oblivious-exchange-id"]
        for provider in PROVIDERS
    ]
    rows = await vendors.settled(exchanges)

    assert {(row["amount_nano_usd"], row["estimated"]) for row in rows.values()} == {(EXACT, False)}
    assert len(rows) == len(PROVIDERS)


async def test_an_array_is_one(vendors: Gateway, http: httpx.AsyncClient) -> None:
    """Gemini's clients may want a stream that is no events."""
    answers = [
        await http.post(
            f"{vendors.url}/v1beta/models/{turned_by(provider)}:streamGenerateContent",
            json={"contents": [{"parts": [{"text": "hello there"}]}]},
            headers={"x-goog-api-key": vendors.key},
        )
        for provider in PROVIDERS
    ]
    said = [
        "".join(part["text"] for item in answer.json() for part in item["candidates"][0]["content"]["parts"])
        for answer in answers
    ]

    assert said == [STATEMENT] * len(PROVIDERS)
