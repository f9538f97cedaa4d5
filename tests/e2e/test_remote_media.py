"""Images by URL at a model whose provider fetches none."""

from typing import Any

import anthropic
import openai
import pytest

from oblivious.demo.words import STATEMENT
from tests.fakes.raw_upstream import RawUpstream, always, answer, raw_upstream
from tests.gateways.gateway import Gateway
from tests.gateways.world import GEMINI_ONLY, OPENAI_ONLY

PNG = answer(b"\x89PNG\r\n\x1a\n....", b"content-type: image/png")


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """It is the road's affair alone: one kind of gateway shows it."""
    return embedded


def look_at(url: str) -> Any:
    image = {"type": "image_url", "image_url": {"url": url}}
    return [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]}]


def url_of(server: RawUpstream) -> str:
    return f"http://127.0.0.1:{server.origin.port}/a.png"


async def test_an_image_is_fetched_for_a_provider_that_fetches_none(gpt: openai.AsyncOpenAI) -> None:
    """From a network that the operator allows, once."""
    async with raw_upstream(always(PNG)) as server:
        said = await gpt.chat.completions.create(model=GEMINI_ONLY, messages=look_at(url_of(server)))
        assert len(server.links) == 1

    assert said.choices[0].message.content == STATEMENT


async def test_it_is_streamed_as_any_other(claude: anthropic.AsyncAnthropic) -> None:
    """A client of another dialect, too."""
    async with raw_upstream(always(PNG)) as server:
        source = {"type": "url", "url": url_of(server)}
        turns: Any = [{"role": "user", "content": [{"type": "image", "source": source}]}]
        async with claude.messages.stream(model=GEMINI_ONLY, max_tokens=100, messages=turns) as stream:
            assert await stream.get_final_text() == STATEMENT
        assert len(server.links) == 1


async def test_it_is_left_to_a_provider_that_fetches(claude: anthropic.AsyncAnthropic) -> None:
    """Nobody here asks for it."""
    async with raw_upstream(always(PNG)) as server:
        source = {"type": "url", "url": url_of(server)}
        turns: Any = [{"role": "user", "content": [{"type": "image", "source": source}]}]
        await claude.messages.create(model=OPENAI_ONLY, max_tokens=100, messages=turns)
        assert server.links == []


@pytest.mark.parametrize("host", ["169.254.169.254", "localhost.invalid", "10.0.0.1", "[::1]", "127.0.0.2"])
async def test_a_place_that_is_not_public_is_refused(gpt: openai.AsyncOpenAI, host: str) -> None:
    """The client learns that, and no more."""
    with pytest.raises(openai.BadRequestError) as caught:
        await gpt.chat.completions.create(model=GEMINI_ONLY, messages=look_at(f"http://{host}:9/a.png"))

    named = host.strip("[]")
    assert (
        f"the image at {named} could not be fetched: its host has no public address" in caught.value.message
    )
    assert caught.value.param == "messages"


async def test_a_redirect_to_such_a_place_is_refused(gpt: openai.AsyncOpenAI) -> None:
    """And where it led stays unsaid."""
    there = answer(b"", b"location: http://169.254.169.254/latest/meta-data/", status=b"302 Found")
    async with raw_upstream(always(there)) as server:
        with pytest.raises(openai.BadRequestError) as caught:
            await gpt.chat.completions.create(model=GEMINI_ONLY, messages=look_at(url_of(server)))

    assert "the image at 127.0.0.1 could not be fetched" in caught.value.message
    assert "169.254" not in caught.value.message
