import pytest
from hypothesis import given
from hypothesis import strategies as st

from oblivious.adapters.framing.lines import Lines
from oblivious.adapters.sse import LARGEST_EVENT
from oblivious.contracts.errors import Garbled


def _unframed(*chunks: bytes) -> list[bytes]:
    lines = Lines()
    return [*map(lines.push, chunks), lines.rest()]


class TestLines:
    @pytest.mark.parametrize(
        ("chunks", "events"),
        [
            ([b'{"a":1}\n{"b":2}\n'], [b'data: {"a":1}\n\ndata: {"b":2}\n\n', b""]),
            ([b'{"a"', b':1}\n{"b', b'":2}\n'], [b"", b'data: {"a":1}\n\n', b'data: {"b":2}\n\n', b""]),
            ([b'{"a":1}\r\n\r\n \n'], [b'data: {"a":1}\n\n', b""]),
            ([b'{"a":1}'], [b"", b'data: {"a":1}\n\n']),
            ([b""], [b"", b""]),
        ],
        ids=["two lines", "cut anywhere", "blank lines", "no last line end", "nothing"],
    )
    def test_a_line_is_an_event(self, chunks: list[bytes], events: list[bytes]) -> None:
        """As soon as it is whole."""
        assert _unframed(*chunks) == events

    def test_a_line_without_end_is_no_event(self) -> None:
        """It is not kept for ever."""
        lines = Lines()
        with pytest.raises(Garbled):
            lines.push(b"x" * (LARGEST_EVENT + 1))

    @given(st.binary(max_size=60), st.sets(st.integers(0, 60), max_size=6))
    def test_any_cut_gives_the_same(self, sent: bytes, cuts: set[int]) -> None:
        """Wherever the network cuts."""
        places = sorted(cut for cut in cuts if cut <= len(sent))
        pieces = [sent[a:b] for a, b in zip([0, *places], [*places, len(sent)], strict=True)]

        assert b"".join(_unframed(*pieces)) == b"".join(_unframed(sent))
