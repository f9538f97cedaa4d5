import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

from oblivious.infra.upstream.decode import Inflater, inflater
from oblivious.infra.upstream.errors import Garbage

TEXT = b"The quick brown fox. " * 5000


BROTLI = brotli.compress(TEXT)  # type: ignore[attr-defined] # only what the product uses is typed
ZSTD = zstandard.compress(TEXT)
# A frame that is to be skipped: RFC 8878, section 3.1.2.
SKIPPED = bytes.fromhex("502a4d18 03000000 010203")
MEGABYTES = bytes(100_000_000)
BROTLI_MEGABYTES = brotli.compress(MEGABYTES, quality=1)  # type: ignore[attr-defined] # as above


def wide_zstd(window_log: int) -> bytes:
    """Compress so that the reader has to keep that many bytes, as a power of two."""
    parameters = zstandard.ZstdCompressionParameters(window_log=window_log)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return packer.compress(TEXT) + packer.flush()


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
    pytest.param(b"br", BROTLI, id="br"),
    pytest.param(b"zstd", ZSTD, id="zstd"),
    pytest.param(
        b"zstd", zstandard.compress(TEXT[:70000]) + SKIPPED + zstandard.compress(TEXT[70000:]), id="frames"
    ),
    pytest.param(b"zstd", wide_zstd(23), id="widest zstd"),
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

    @pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
    def test_an_empty_body_is_empty(self, coding: bytes) -> None:
        """Some upstreams name a coding and then send nothing."""
        assert inflated(coding) == b""

    @pytest.mark.parametrize(
        ("coding", "packed"),
        [
            pytest.param(b"gzip", b"not gzip", id="no gzip"),
            pytest.param(b"gzip", gzip.compress(TEXT)[:-1], id="gzip cut off"),
            pytest.param(b"gzip", gzip.compress(TEXT)[:-8] + b"badcheck", id="bad checksum"),
            pytest.param(b"gzip", gzip.compress(TEXT) + b"tail", id="tail"),
            pytest.param(b"deflate", zlib.compress(TEXT)[:-1], id="deflate cut off"),
            pytest.param(b"deflate", b"\xff\xff", id="no deflate"),
            pytest.param(b"br", BROTLI[:-1], id="br cut off"),
            pytest.param(b"br", b"\xff" * 9, id="no br"),
            pytest.param(b"br", BROTLI + b"tail", id="tail of br"),
            pytest.param(b"zstd", ZSTD[:-1], id="zstd cut off"),
            pytest.param(b"zstd", ZSTD + SKIPPED[:-1], id="second frame cut off"),
            pytest.param(b"zstd", b"plain text", id="no zstd"),
            pytest.param(b"zstd", ZSTD + b"tail of zstd", id="tail of zstd"),
            pytest.param(b"zstd", wide_zstd(24), id="zstd that takes more memory than is right"),
        ],
    )
    def test_a_damaged_body_is_garbage(self, coding: bytes, packed: bytes) -> None:
        """Never a shorter body that looks whole."""
        with pytest.raises(Garbage):
            inflated(coding, packed)

    @pytest.mark.parametrize("piece", [b";", BROTLI], ids=["an empty one", "the same again"])
    def test_a_second_stream_of_brotli_is_garbage(self, piece: bytes) -> None:
        """The format has one only, also where the second comes apart from the first."""
        with pytest.raises(Garbage):
            inflated(b"br", BROTLI, piece)

    @pytest.mark.parametrize(
        ("coding", "bomb"),
        [
            pytest.param(b"gzip", gzip.compress(MEGABYTES), id="gzip"),
            pytest.param(b"br", BROTLI_MEGABYTES, id="br"),
            pytest.param(b"zstd", zstandard.compress(MEGABYTES), id="zstd"),
        ],
    )
    def test_a_bomb_is_inflated_only_as_far_as_it_is_read(self, coding: bytes, bomb: bytes) -> None:
        """A hundred megabytes in a hundred kilobytes or less cost little more than one read at a time."""
        inflating = made(coding)
        inflating.feed(bomb)
        tracemalloc.start()
        try:
            sizes = [len(inflating.take(65536)) for _ in range(20)]
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert sizes == [65536] * 20
        assert most < 8 * 1024 * 1024


class TestCodings:
    @pytest.mark.parametrize("coding", [b"", b"identity"])
    def test_identity_needs_nothing(self, coding: bytes) -> None:
        """It is what we ask for."""
        assert inflater(coding) is None

    @pytest.mark.parametrize("coding", [b"compress", b"gzip,gzip", b"gzip, br", b"utf-8"])
    def test_what_we_cannot_undo_is_refused(self, coding: bytes) -> None:
        """Passing it on as if it were plain would corrupt the answer."""
        with pytest.raises(Garbage, match="not asked for"):
            inflater(coding)
