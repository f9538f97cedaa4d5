"""Large bodies on disk."""

import os
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from oblivious.adapters.members import apply
from oblivious.gateway.road.spool import Spliced, Spooled

FOLDER = Path(tempfile.gettempdir())


async def spooled(folder: Path, data: bytes) -> Spooled:
    body = Spooled(folder)
    await body.write(data)
    return body


async def joined(body: Spooled | Spliced) -> bytes:
    return b"".join([chunk async for chunk in body.chunks()])


class TestSpooled:
    async def test_it_can_be_sent_again_and_again(self, tmp_path: Path) -> None:
        """Failover replays the body from its start."""
        body = await spooled(tmp_path, b"x" * 700_000)

        assert await joined(body) == await joined(body) == b"x" * 700_000
        assert len(body) == 700_000
        body.close()

    async def test_it_leaves_no_file_behind(self, tmp_path: Path) -> None:
        """The file has no name from the start, so that a crash leaves nothing."""
        body = await spooled(tmp_path, b"x")

        left = os.listdir(tmp_path)  # noqa: PTH208 - one call, nothing waits for it

        assert left == []
        body.close()


class TestSpliced:
    @given(st.binary(min_size=1, max_size=400), st.data())
    async def test_cuts_give_what_an_edit_in_memory_gives(self, data: bytes, draw: st.DataObject) -> None:
        """Whatever is cut wherever, both ways agree byte for byte, and on the length."""
        marks = sorted(draw.draw(st.lists(st.integers(0, len(data)), min_size=2, max_size=6, unique=True)))
        cuts = [
            (a, b, draw.draw(st.binary(max_size=9))) for a, b in zip(marks[::2], marks[1::2], strict=False)
        ]
        body = await spooled(FOLDER, data)
        spliced = Spliced(body, cuts)

        assert await joined(spliced) == apply(data, cuts)
        assert len(spliced) == len(apply(data, cuts))
        body.close()
