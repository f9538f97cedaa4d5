"""Whatever was written whole is recovered, wherever the writing stopped."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.contracts.events import Record
from oblivious.infra.bus.framing import frame
from oblivious.infra.bus.marks import Mark, covers, merge
from oblivious.infra.bus.segments import path_of
from oblivious.infra.bus.tail import Tail
from tests.fakes.records import attempt, ended, opened, progress

_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
_RECORDS = st.lists(
    st.one_of(
        st.builds(opened, _NAMES),
        st.builds(attempt, _NAMES, st.integers(1, 5)),
        st.builds(ended, _NAMES, amount=st.integers(0, 10**12)),
        st.lists(_NAMES, max_size=3).map(lambda names: progress(*names)),
    ),
    max_size=12,
)
_SEGMENT_BYTES = 16_384


def read_all(folder: Path, *, dead: bool) -> list[Record]:
    """Read a journal from its first record until it has no more."""
    tail, records = Tail(folder, 1), list[Record]()
    while not tail.at_end:
        records += tail.read(dead=dead)
        if tail.segment_done:
            tail.advance()
    tail.close()
    return records


def write(folder: Path, segment: int, content: bytes) -> None:
    """Leave a preallocated segment as a writer does that died."""
    path_of(folder, segment).write_bytes(content.ljust(_SEGMENT_BYTES, b"\0"))


def lying(records: Sequence[Record]) -> list[bytes]:
    """Return the records as they lie in a file."""
    return [frame(msgspec.json.encode(record)) for record in records]


@given(records=_RECORDS, data=st.data())
@settings(deadline=None)
def test_a_journal_cut_at_any_byte_gives_back_its_whole_records(
    records: list[Record], data: st.DataObject
) -> None:
    """What is torn was never reported as written."""
    frames = lying(records)
    content = b"".join(frames)
    cut = data.draw(st.integers(0, len(content)))
    ends = [sum(map(len, frames[: number + 1])) for number in range(len(frames))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, 1, content[:cut])

        recovered = read_all(folder, dead=True)

    assert recovered == records[: sum(end <= cut for end in ends)]


@given(records=_RECORDS.filter(lambda records: len(records) > 1), data=st.data())
@settings(deadline=None)
def test_one_damaged_byte_costs_one_record(records: list[Record], data: st.DataObject) -> None:
    """Reading goes on with the next record that is whole."""
    frames = lying(records)
    content = bytearray(b"".join(frames))
    damaged = data.draw(st.integers(0, len(frames) - 2))
    begin = sum(map(len, frames[:damaged]))
    place = data.draw(st.integers(begin, begin + len(frames[damaged]) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, 1, bytes(content))

        recovered = read_all(folder, dead=True)

    assert recovered == records[:damaged] + records[damaged + 1 :]


@given(records=_RECORDS, data=st.data())
@settings(deadline=None)
def test_segments_read_as_one_journal_alive_or_dead(records: list[Record], data: st.DataObject) -> None:
    """Where a writer moved on does not show in what is read."""
    frames = lying(records)
    border = data.draw(st.integers(0, len(frames)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, 1, b"".join(frames[:border]))
        write(folder, 2, b"".join(frames[border:]))

        if border < len(frames):
            assert read_all(folder, dead=False) == records
        assert read_all(folder, dead=True) == records


@given(
    numbers=st.lists(st.integers(1, 30)),
    sizes=st.lists(st.integers(1, 4), min_size=30, max_size=30),
)
def test_a_mark_does_not_depend_on_the_order_in_which_outcomes_are_settled(
    numbers: list[int], sizes: list[int]
) -> None:
    """Batches of any size, in any order, with any repeats."""
    mark, rest = Mark(), list(numbers)
    for size in sizes:
        mark, rest = merge(mark, rest[:size]), rest[size:]
    mark = merge(mark, rest)

    assert mark == merge(Mark(), sorted(set(numbers)))
    assert [number for number in range(1, 31) if covers(mark, number)] == sorted(set(numbers))
    assert not covers(mark, mark.settled_to + 1)
