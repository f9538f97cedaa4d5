from pathlib import Path

import pytest

from oblivious.infra.bus.checkpoint import (
    CheckpointLost,
    forget_carried,
    read_carried,
    read_delivered,
    write_carried,
    write_delivered,
)
from oblivious.infra.bus.join import Carried, OpenExchange
from tests.fakes.records import attempt, opened, progress


class TestDelivered:
    def test_what_was_written_is_read(self, tmp_path: Path) -> None:
        """Also when it is written over."""
        write_delivered(tmp_path, 123_456)
        write_delivered(tmp_path, 7)

        assert read_delivered(tmp_path) == 7

    @pytest.mark.parametrize("content", [None, b"", b"12x"], ids=["missing", "empty", "damaged"])
    def test_what_is_not_known_is_delivered_again(self, tmp_path: Path, content: bytes | None) -> None:
        """Rather twice than never."""
        if content is not None:
            (tmp_path / "delivered").write_bytes(content)

        assert read_delivered(tmp_path) == 0


class TestCarried:
    def test_open_exchanges_come_back_as_they_were(self, tmp_path: Path) -> None:
        """With attempts, progress and rate card."""
        open_exchange = OpenExchange(opened("a"), [attempt("a")], progress("a").streams[0])
        write_carried(tmp_path, 7, Carried(41, 5, [open_exchange]))

        assert read_carried(tmp_path, 7) == Carried(41, 5, [open_exchange])

    def test_nothing_is_open_when_a_journal_begins(self, tmp_path: Path) -> None:
        """So the first segment needs no file."""
        assert read_carried(tmp_path, 1) == Carried()

    @pytest.mark.parametrize("content", [None, b"{"], ids=["missing", "damaged"])
    def test_what_is_lost_is_an_error(self, tmp_path: Path, content: bytes | None) -> None:
        """Numbers made without it would be wrong."""
        if content is not None:
            (tmp_path / "000002.carried").write_bytes(content)

        with pytest.raises(CheckpointLost):
            read_carried(tmp_path, 2)

    def test_forgetting_twice_is_no_error(self, tmp_path: Path) -> None:
        """A shipper may die between two removals."""
        write_carried(tmp_path, 2, Carried())
        forget_carried(tmp_path, 2)
        forget_carried(tmp_path, 2)

        assert list(tmp_path.iterdir()) == []
