import gzip
import zlib

import pytest

from oblivious.infra.upstream.decode import Inflater, inflater
from oblivious.infra.upstream.errors import Garbage

TEXT = b"The quick brown fox. " * 5000


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def made(coding: bytes) -> Inflater:
    inflating = inflater(coding)
    assert inflating is not None
    return inflating


def inflated(coding: bytes, *pieces: bytes, limit: int = 1 << 20) -> bytes:
    inflating, out = made(coding), b""
    for piece in pieces:
        inflating.feed(piece)
        while data := inflating.take(limit):
            assert len(data) <= limit
            out += data
    inflating.end()
    return out


PACKED = [
    pytest.param(b"gzip", gzip.compress(TEXT), id="gzip"),
    pytest.param(b"x-gzip", gzip.compress(TEXT), id="x-gzip"),
    pytest.param(b"gzip", gzip.compress(TEXT[:70000]) + gzip.compress(TEXT[70000:]), id="two members"),
    pytest.param(b"deflate", zlib.compress(TEXT), id="deflate"),
    pytest.param(b"deflate", bare_deflate(TEXT), id="bare deflate"),
]


class TestInflater:
    @pytest.mark.parametrize(("coding", "packed"), PACKED)
    @pytest.mark.parametrize("limit", [1, 100, 1 << 20])
    def test_no_take_is_longer_than_its_limit(self, coding: bytes, packed: bytes, limit: int) -> None:
        """And all of it comes out in the end."""
        assert inflated(coding, packed, limit=limit) == TEXT

    @pytest.mark.parametrize(("coding", "packed"), PACKED)
    def test_it_does_not_matter_how_the_input_is_cut(self, coding: bytes, packed: bytes) -> None:
        """Byte by byte is the same as whole."""
        assert inflated(coding, *(packed[at : at + 1] for at in range(len(packed)))) == TEXT

    def test_an_empty_body_is_empty(self) -> None:
        """Some upstreams name a coding and then send nothing."""
        assert inflated(b"gzip") == b""

    @pytest.mark.parametrize(
        ("coding", "packed"),
        [
            pytest.param(b"gzip", b"not gzip", id="no gzip"),
            pytest.param(b"gzip", gzip.compress(TEXT)[:-1], id="gzip cut off"),
            pytest.param(b"gzip", gzip.compress(TEXT)[:-8] + b"badcheck", id="bad checksum"),
            pytest.param(b"gzip", gzip.compress(TEXT) + b"tail", id="tail"),
            pytest.param(b"deflate", zlib.compress(TEXT)[:-1], id="deflate cut off"),
            pytest.param(b"deflate", b"\xff\xff", id="no deflate"),
        ],
    )
    def test_a_damaged_body_is_garbage(self, coding: bytes, packed: bytes) -> None:
        """Never a shorter body that looks whole."""
        with pytest.raises(Garbage):
            inflated(coding, packed)

    def test_a_bomb_is_inflated_only_as_far_as_it_is_read(self) -> None:
        """A hundred megabytes in a hundred kilobytes cost one read at a time."""
        inflating = made(b"gzip")
        inflating.feed(gzip.compress(bytes(100_000_000)))

        assert len(inflating.take(65536)) == 65536


class TestCodings:
    @pytest.mark.parametrize("coding", [b"", b"identity"])
    def test_identity_needs_nothing(self, coding: bytes) -> None:
        """It is what we ask for."""
        assert inflater(coding) is None

    @pytest.mark.parametrize("coding", [b"br", b"zstd", b"gzip,gzip", b"utf-8"])
    def test_what_we_cannot_undo_is_refused(self, coding: bytes) -> None:
        """Passing it on as if it were plain would corrupt the answer."""
        with pytest.raises(Garbage, match="not asked for"):
            inflater(coding)
