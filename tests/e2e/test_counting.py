"""Official SDKs ask how many tokens a conversation has, whoever serves the model."""

from typing import Any

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT_ONLY, GEMINI_ONLY, OPENAI_ONLY

HELLO: Any = [{"role": "user", "content": "hello there"}]
WORDS = 4
"""In `hello there` and `Be kind.`: the demo upstream takes a word for a token."""

COUNTED = [OPENAI_ONLY, ANTHROPIC_ONLY, GEMINI_ONLY]
ESTIMATED = "x-oblivious-estimated"


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """It is the road's affair alone: one kind of gateway shows it."""
    return embedded


@pytest.mark.parametrize("model", COUNTED)
class TestByTheUpstream:
    """The number is the upstream's, and nothing is marked."""

    async def test_messages(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """Anthropic's clients."""
        told = await claude.messages.with_raw_response.count_tokens(
            model=model, messages=HELLO, system="Be kind."
        )

        assert (await told.parse()).input_tokens == WORDS
        assert ESTIMATED not in told.headers

    async def test_responses(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """OpenAI's."""
        told = await gpt.responses.input_tokens.with_raw_response.count(
            model=model, input="hello there", instructions="Be kind."
        )
        counted = told.parse()

        assert (counted.input_tokens, counted.object) == (WORDS, "response.input_tokens")
        assert ESTIMATED not in told.headers

    async def test_gemini(self, gateway: Gateway, model: str) -> None:
        """Google's, whose API for developers counts no instruction."""
        options = types.HttpOptions(base_url=gateway.url, retry_options=types.HttpRetryOptions(attempts=1))
        async with genai.Client(api_key=gateway.key, http_options=options).aio as client:
            counted = await client.models.count_tokens(model=model, contents="hello there")

        assert counted.total_tokens == 2


async def test_where_nobody_counts_it_is_marked(claude: anthropic.AsyncAnthropic) -> None:
    """Chat completions cannot count."""
    told = await claude.messages.with_raw_response.count_tokens(model=CHAT_ONLY, messages=HELLO)

    assert 0 < (await told.parse()).input_tokens < 100
    assert told.headers[ESTIMATED] == "true"
