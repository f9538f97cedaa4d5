from pathlib import Path

import pytest

from oblivious.infra.bus.reserve import Reserve, free_bytes
from tests.integration.infra.bus.small_disk import small_disk, use_up

DISK = 1024 * 1024
SEGMENT = 64 * 1024


@pytest.mark.parametrize(
    ("leaving", "taken"),
    [
        pytest.param(0, 512 * 1024, id="as much as there is"),
        pytest.param(DISK - 128 * 1024, SEGMENT, id="less, where others need some"),
        pytest.param(DISK, None, id="nothing, where others need all"),
    ],
)
def test_it_leaves_what_others_need(tmp_path: Path, leaving: int, taken: int | None) -> None:
    """A journal that may not write is of no use to anybody."""
    root = tmp_path / "disk"
    with small_disk(root, DISK):
        kept = root / "reserve"
        Reserve(kept).take(leaving)

        assert (kept.stat().st_size if kept.exists() else None) == taken
        assert free_bytes(root) >= leaving


def test_it_is_given_up_rather_than_fail(tmp_path: Path) -> None:
    """What must be written on a full disk is written."""
    root = tmp_path / "disk"
    with small_disk(root, DISK):
        reserve = Reserve(root / "reserve")
        reserve.take()
        use_up(root / "other")

        def write() -> None:
            (root / "checkpoint").write_bytes(bytes(4096))

        reserve.rather_than_fail(write)

        assert (root / "checkpoint").stat().st_size == 4096
