from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from oblivious.demo import DemoOptions, DemoUpstream


@pytest.fixture
async def upstream(tmp_path: Path) -> AsyncIterator[DemoUpstream]:
    """A running demo with a log."""
    demo = DemoUpstream(DemoOptions(log=tmp_path / "served.jsonl"))
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
async def client(upstream: DemoUpstream) -> AsyncIterator[httpx.AsyncClient]:
    """Who speaks to it."""
    async with httpx.AsyncClient(base_url=upstream.url, timeout=10) as client:
        yield client
