import pytest

from oblivious.infra.bus.framing import (
    HEADER_BYTES,
    MAX_BODY_BYTES,
    Stop,
    bytes_of_frame,
    frame,
    next_frame,
    split,
)

_BODIES = [b'["a",1]', b'["bb",22]', b'["ccc",333]']
_FILE = b"".join(map(frame, _BODIES))
_ENDS = [len(frame(_BODIES[0])), len(frame(_BODIES[0]) + frame(_BODIES[1])), len(_FILE)]


class TestSplit:
    @pytest.mark.parametrize("cut", range(len(_FILE) + 1))
    def test_a_cut_anywhere_leaves_the_frames_before_it(self, cut: int) -> None:
        """Whatever was not written to its end is not there."""
        bodies, used, stop = split(_FILE[:cut])

        whole = sum(end <= cut for end in _ENDS)
        assert (bodies, used, stop) == (_BODIES[:whole], [0, *_ENDS][whole], Stop.CUT)

    @pytest.mark.parametrize("cut", range(len(_FILE)))
    def test_a_cut_in_a_preallocated_file_leaves_the_frames_before_it(self, cut: int) -> None:
        """Behind a torn record lie the zeros of the preallocated file."""
        bodies, used, stop = split(_FILE[:cut] + bytes(100))

        whole = sum(end <= cut for end in _ENDS)
        at_a_border = cut in (0, *_ENDS)
        assert (bodies, used) == (_BODIES[:whole], [0, *_ENDS][whole])
        assert stop is (Stop.BLANK if at_a_border else Stop.DAMAGED)

    @pytest.mark.parametrize("place", range(_ENDS[0], _ENDS[1]))
    def test_a_changed_byte_stops_the_reading_before_its_frame(self, place: int) -> None:
        """Length, checksum and body are all covered."""
        changed = bytearray(_FILE)
        changed[place] ^= 0x40

        bodies, used, stop = split(bytes(changed))

        assert (bodies, used) == (_BODIES[:1], _ENDS[0])
        assert stop is not Stop.BLANK

    def test_an_absurd_length_is_damage(self) -> None:
        """It is not waited for."""
        assert split(b"\xff" * 64) == ([], 0, Stop.DAMAGED)


class TestNextFrame:
    @pytest.mark.parametrize("place", range(_ENDS[0]))
    def test_the_next_whole_frame_is_found_behind_damage(self, place: int) -> None:
        """One changed byte costs one record."""
        changed = bytearray(_FILE)
        changed[place] ^= 0x40

        assert next_frame(bytes(changed), 0) == _ENDS[0]

    def test_nothing_is_found_where_nothing_is(self) -> None:
        """A torn record has only zeros behind it."""
        assert next_frame(_FILE[: _ENDS[0] - 1] + bytes(1000), 0) is None


class TestFrame:
    def test_a_record_beyond_the_limit_is_refused(self) -> None:
        """No reader would take it."""
        with pytest.raises(ValueError, match="longer"):
            frame(bytes(MAX_BODY_BYTES + 1))

    def test_a_frame_says_how_long_it_is(self) -> None:
        """Also where only its header is at hand."""
        assert bytes_of_frame(_FILE[:HEADER_BYTES], 0) == _ENDS[0]
        assert bytes_of_frame(_FILE[:3], 0) == HEADER_BYTES
