"""Model lists as a real server gives them, in each dialect."""

from collections.abc import AsyncIterator

import httpx
import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import base_urls_of
from oblivious.channels.inquiries.ask import list_models
from oblivious.channels.inquiries.inquiry import Models
from oblivious.contracts.errors import BrokeOff, Unreachable
from oblivious.demo import DemoUpstream
from oblivious.demo.dialects.offers import MODELS
from tests.fakes.raw_upstream import Link, raw_upstream


@pytest.fixture
async def demo() -> AsyncIterator[DemoUpstream]:
    server = DemoUpstream()
    await server.start()
    yield server
    await server.stop()


async def asked(name: str, url: str) -> Models:
    provider = PROVIDERS[name]
    # The demo tells Cohere's clients from others by what their SDK says of itself.
    headers = {"x-fern-sdk-name": name}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
        return await list_models(client, provider, base_urls_of(provider, url), "demo-key")


class TestListModels:
    @pytest.mark.parametrize("name", ["openai", "anthropic", "gemini", "cohere", "ollama", "perplexity"])
    async def test_the_demo_tells_its_models(self, demo: DemoUpstream, name: str) -> None:
        """Its paths and shapes are those of the vendors."""
        assert (await asked(name, demo.url)).names == MODELS

    async def test_nobody_is_there(self, demo: DemoUpstream) -> None:
        """The error names no address."""
        await demo.stop()
        with pytest.raises(Unreachable) as failure:
            await asked("openai", demo.url)

        assert "127.0.0.1" not in str(failure.value)

    async def test_it_breaks_off(self) -> None:
        """Half a list is no list."""

        async def half(link: Link) -> None:
            await link.request()
            await link.push(b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":[')
            await link.close()

        async with raw_upstream(half) as upstream:
            with pytest.raises(BrokeOff):
                await asked("openai", str(upstream.origin))
