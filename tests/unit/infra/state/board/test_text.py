"""How a board is written, and what is read of texts that are none of ours."""

import msgspec
import pytest

from oblivious.infra.state.board.protocol import Change, Health, Report
from oblivious.infra.state.board.text import read_change, read_health, read_page, write_report

HEALTH = Health(1_800_000_001_000, True, 3, 1_000, "010", "429 Too\nMany", 1_800_000_000_000)
TEXT = "1800000001000 3 1000 1800000000000 1 010 429 Too\nMany"


class TestReading:
    @pytest.mark.parametrize(
        ("text", "health"),
        [
            pytest.param(TEXT, HEALTH, id="all of it"),
            pytest.param("0 0 0 0 0 01 ", Health(window="01"), id="without a reason"),
            pytest.param("0 0 0 0 0  x", Health(reason="x"), id="without outcomes"),
            pytest.param("", None, id="well"),
            pytest.param("hello", None, id="another's"),
            pytest.param("1 2 3 4 2 01 x", None, id="neither open nor closed"),
            pytest.param("-1 0 0 0 0 01 x", None, id="before 1970"),
        ],
    )
    def test_a_health(self, text: str, health: Health | None) -> None:
        """What cannot be read says nothing."""
        assert read_health(text) == health

    def test_a_page(self) -> None:
        """Names and texts in turn."""
        page = [b"c12", TEXT.encode(), b"c13", b"hello", b"\xff", b"\xff"]
        assert read_page(page) == {"c12": HEALTH}

    @pytest.mark.parametrize(
        ("packed", "change"),
        [
            pytest.param(msgspec.msgpack.encode(("c12", TEXT)), Change("c12", HEALTH), id="news"),
            pytest.param(msgspec.msgpack.encode(("c12", "")), Change("c12", None), id="well"),
            pytest.param(b"hello", None, id="no message"),
            pytest.param(b"\x92\xa1\xff\xa0", None, id="no text"),
            pytest.param(msgspec.msgpack.encode((1, 2)), None, id="numbers"),
        ],
    )
    def test_a_change(self, packed: bytes, change: Change | None) -> None:
        """Anybody can publish on a channel."""
        assert read_change(packed) == change


class TestWriting:
    @pytest.mark.parametrize(
        ("report", "words"),
        [
            (Report("c12", "01", None, "x"), ("c12", "01", -1, "x")),
            (Report("c12", "", 0), ("c12", "", 0, "")),
            (Report("c12", "", 9, "\udc80"), ("c12", "", 9, "?")),
        ],
        ids=["no hold", "back-off", "a hold"],
    )
    def test_a_report(self, report: Report, words: tuple[str | int, ...]) -> None:
        """As the script takes it."""
        assert write_report(report) == words
