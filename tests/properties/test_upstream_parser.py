"""The parser sees the same whatever the network does to the bytes, and knows no other failure than ours."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.infra.upstream.errors import Garbage
from oblivious.infra.upstream.limits import Limits
from oblivious.infra.upstream.parser import ResponseParser

OK = b"HTTP/1.1 200 OK\r\n"
CORPUS = {
    "sized": OK + b"Content-Type: a/b\r\nContent-Length: 11\r\n\r\nhello world",
    "chunked": OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
    "trailers": OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: 1\r\nB:\r\n\r\n",
    "until close": OK + b"X:\r\n\r\nhello",
    "interim": b"HTTP/1.1 103 E\r\nLink: x\r\n\r\nHTTP/1.1 201 C\r\ncontent-length: 1\r\n\r\na",
    "no content": b"HTTP/1.1 204 N\r\nX: 1\r\n\r\n",
    "closing": OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nab",
    "old": b"HTTP/1.0 200 OK\r\n\r\nab",
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
    "length and chunked": OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "broken chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcX",
    "upgrade": b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
    "cut": OK + b"Content-Length: 9\r\n\r\nab",
}
SURPLUS = CORPUS["sized"] + CORPUS["chunked"]

Seen = tuple[int, list[tuple[bytes, bytes]], bytes, bool, bool]


def seen(*pieces: bytes) -> tuple[Seen, bool]:
    """Return what the parser makes of the pieces, fed as its connection does, and whether it refused."""
    parser = ResponseParser(Limits())
    refused = False
    try:
        for piece in pieces:
            if parser.complete:
                break
            parser.feed(piece)
    except Garbage:
        refused = True
    else:
        parser.end()
    body = b"".join(parser.body)
    return (
        parser.status,
        parser.headers if parser.answered else [],
        body,
        parser.complete,
        parser.keep_alive,
    ), refused


@pytest.mark.parametrize("name", CORPUS)
def test_every_split_in_two_gives_the_same(name: str) -> None:
    """Wherever a read may end."""
    raw = CORPUS[name]
    whole = seen(raw)

    assert [at for at in range(len(raw) + 1) if seen(raw[:at], raw[at:]) != whole] == []


@pytest.mark.parametrize("name", CORPUS)
def test_byte_by_byte_gives_the_same(name: str) -> None:
    """The finest cut of all."""
    raw = CORPUS[name]

    assert seen(*(raw[at : at + 1] for at in range(len(raw)))) == seen(raw)


def test_surplus_never_changes_the_response() -> None:
    """Wherever it is cut, the second response is not seen."""
    alone = seen(CORPUS["sized"])

    assert [at for at in range(len(SURPLUS) + 1) if seen(SURPLUS[:at], SURPLUS[at:]) != alone] == []


@given(name=st.sampled_from(sorted(CORPUS)), cuts=st.lists(st.integers(0, 200), max_size=12))
def test_any_cuts_give_the_same(name: str, cuts: list[int]) -> None:
    """However many reads it takes."""
    raw = CORPUS[name]
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    pieces = [raw[start:end] for start, end in pairwise(edges)]

    assert seen(*pieces) == seen(raw)


@given(raw=st.binary(max_size=200), cut=st.integers(0, 200))
def test_random_bytes_raise_nothing_but_our_fault(raw: bytes, cut: int) -> None:
    """`seen` lets every other exception through."""
    seen(raw[:cut], raw[cut:])


@settings(max_examples=300)
@given(
    name=st.sampled_from(sorted(CORPUS)),
    at=st.integers(0, 120),
    noise=st.binary(max_size=6),
    cut=st.integers(0, 120),
)
def test_damaged_responses_raise_nothing_but_our_fault(name: str, at: int, noise: bytes, cut: int) -> None:
    """And the damage is judged the same at every split."""
    raw = CORPUS[name]
    raw = raw[:at] + noise + raw[at + len(noise) :]

    assert seen(raw[:cut], raw[cut:]) == seen(raw)
