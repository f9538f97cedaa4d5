import pytest

from oblivious.adapters import sse
from oblivious.contracts.errors import Garbled


class TestFramer:
    def test_a_whole_chunk_is_passed_as_the_object_it_is(self) -> None:
        """The common case copies nothing."""
        chunk = b"data: a\n\ndata: b\n\n"

        assert sse.Framer().push(chunk) is chunk

    @pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\n\n", b"\n\r\n"])
    def test_events_come_out_when_they_are_complete(self, end: bytes) -> None:
        """Whatever the line ends, a half event stays behind."""
        framer = sse.Framer()

        assert framer.push(b"data: a" + end + b"data: b") == b"data: a" + end
        assert framer.push(end) == b"data: b" + end
        assert framer.rest() == b""

    def test_a_cr_waits_for_the_byte_that_may_belong_to_it(self) -> None:
        """Half of a CRLF ends nothing; a CR before another line does."""
        framer = sse.Framer()

        assert framer.push(b"data: a\r\r") == b""
        assert framer.push(b"data: b\r\r") == b"data: a\r\r"
        assert framer.rest() == b"data: b\r\r"

    def test_an_event_without_end_is_refused(self) -> None:
        """Memory is bounded by the largest event."""
        framer = sse.Framer()
        framer.push(b"x" * sse.LARGEST_EVENT)

        with pytest.raises(Garbled):
            framer.push(b"x")


class TestDataOf:
    @pytest.mark.parametrize(
        ("event", "data"),
        [
            (b"data: x\n\n", b"x"),
            (b"data:x\n\n", b"x"),
            (b"data:  x\n\n", b" x"),
            (b"data: x\r\n\r\n", b"x"),
            (b"data: x\rdata: y\n\n", b"x\ny"),
            (b"\xef\xbb\xbfdata: x\n\n", b"x"),
            (b"event: e\ndata: x\ndata: y\n\n", b"x\ny"),
            (b"event:e\nid: 1\nretry: 2\ndata: x\n\n", b"x"),
            (b": comment\n\n", None),
            (b"event: e\n\n", None),
            (b"data\n\n", b""),
            (b"\n\ndata: x", b"x"),
        ],
    )
    def test_fields_are_read_by_the_standard(self, event: bytes, data: bytes | None) -> None:
        """Comments, ids and missing spaces included."""
        assert sse.data_of(event) == data


class TestEvents:
    @pytest.mark.parametrize(
        "block",
        [
            b"data: a\n\n\ndata: b\n\n",
            b"data: a\r\n\r\ndata: b\r\n\r\n",
            b"a\r\rb\r\r",
            b"data: a\n\ndata: b",
            b"",
        ],
    )
    def test_the_pieces_are_the_block(self, block: bytes) -> None:
        """Cutting loses nothing."""
        assert b"".join(sse.events(block)) == block


class TestRewritten:
    def test_only_the_data_changes(self) -> None:
        """Name, id and comments stay."""
        assert (
            sse.rewritten(b"event: e\nid: 7\ndata: {1}\n\n", b"{1}", b"{2}")
            == b"event: e\nid: 7\ndata: {2}\n\n"
        )

    def test_data_of_several_lines_becomes_one(self) -> None:
        """What can't be found as it stands is written anew."""
        assert (
            sse.rewritten(b"\nevent: e\ndata: {\ndata: 1}\n\n", b"{\n1}", b"{2}")
            == b"\nevent: e\ndata: {2}\n\n"
        )


class TestFinder:
    @pytest.mark.parametrize(
        ("block", "found"),
        [
            pytest.param(b"data: a\n\ndata: b\n\n", [], id="nowhere"),
            pytest.param(b"data: x\n\ndata: b\n\n", [b"data: x\n\n"], id="in the first"),
            pytest.param(b"data: a\n\ndata: xy\n\n", [b"data: xy\n\n"], id="both words in one"),
            pytest.param(
                b"data: y\n\n: c\n\ndata: x", [b"data: y\n\n", b"data: x"], id="in an unfinished one"
            ),
            pytest.param(b"\n\ndata: a\n\n\ndata: x\n\n", [b"data: x\n\n"], id="between blank lines"),
        ],
    )
    def test_events_that_hold_a_word_are_found(self, block: bytes, found: list[bytes]) -> None:
        """One after the other, whichever word it is."""
        finder, at, events = sse.Finder(block, (b"x", b"y")), 0, []
        while (begin := finder.event_after(at)) < len(block):
            at = sse.end_of_event(block, begin)
            events.append(block[begin:at])

        assert events == found
