from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from oblivious.demo import DemoOptions, DemoUpstream


@pytest.fixture
async def upstream(tmp_path: Path) -> AsyncIterator[DemoUpstream]:
    """A running demo with a log."""
    demo = DemoUpstream(DemoOptions(log=tmp_path / "served.jsonl"))
    await demo.start()
    yield demo
    await demo.stop()
