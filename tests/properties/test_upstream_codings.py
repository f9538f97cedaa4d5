"""A packed body reads the same whatever the network does to it, and knows no other failure than ours."""

import gzip
import zlib
from itertools import pairwise

import brotli
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.infra.upstream.decode import inflater
from oblivious.infra.upstream.errors import Garbage

PACKERS = {
    b"gzip": gzip.compress,
    b"deflate": zlib.compress,
    b"br": brotli.compress,  # type: ignore[attr-defined] # only what the product uses is typed
    b"zstd": zstandard.compress,
}

texts = st.builds(lambda part, times: part * times, st.binary(max_size=200), st.integers(1, 2000))
bodies = st.tuples(st.sampled_from(sorted(PACKERS)), texts)
cuts = st.lists(st.floats(0, 1), max_size=8)
limits = st.sampled_from([7, 1000, 1 << 16, 1 << 20])


def read(coding: bytes, pieces: list[bytes], limit: int) -> bytes | None:
    """Return the body, None if it is garbage; nothing but that may be raised."""
    inflating, out = inflater(coding), bytearray()
    assert inflating is not None
    try:
        for piece in pieces:
            inflating.feed(piece)
            while data := inflating.take(limit):
                assert len(data) <= limit
                out += data
        inflating.end()
    except Garbage:
        return None
    return bytes(out)


def cut_up(raw: bytes, where: list[float]) -> list[bytes]:
    edges = [0, *sorted(int(at * len(raw)) for at in where), len(raw)]
    return [raw[start:end] for start, end in pairwise(edges)]


@given(body=bodies, where=cuts, limit=limits)
def test_any_cuts_give_the_same(body: tuple[bytes, bytes], where: list[float], limit: int) -> None:
    """However many reads it takes, and however little is taken at a time."""
    coding, text = body
    packed = PACKERS[coding](text)

    assert read(coding, cut_up(packed, where), limit) == text


@given(body=bodies, share=st.floats(0, 1), limit=limits)
def test_no_part_of_a_body_is_taken_for_the_whole(
    body: tuple[bytes, bytes], share: float, limit: int
) -> None:
    """Unless nothing came at all."""
    coding, text = body
    packed = PACKERS[coding](text)
    cut = packed[: int(share * (len(packed) - 1))]

    assert read(coding, [cut], limit) == (None if cut else b"")


@settings(max_examples=300)
@given(body=bodies, at=st.floats(0, 1), noise=st.binary(max_size=6), where=cuts, limit=limits)
def test_damage_is_judged_the_same_at_every_cut(
    body: tuple[bytes, bytes], at: float, noise: bytes, where: list[float], limit: int
) -> None:
    """And raises nothing but our fault."""
    coding, text = body
    packed = PACKERS[coding](text)
    start = int(at * len(packed))
    damaged = packed[:start] + noise + packed[start + len(noise) :]

    assert read(coding, cut_up(damaged, where), limit) == read(coding, [damaged], 1 << 20)
