"""Request bodies in every encoding, damaged, and far larger than they look."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from oblivious.contracts.errors import BodyTooLarge, InvalidRequest
from oblivious.gateway.road.decode import decoded

PLAIN = b'{"model":"m","messages":[{"role":"user","content":"hello"}]}' * 20

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,  # type: ignore[attr-defined] # only what the product uses is typed
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("name", PACK)
class TestDecoded:
    def test_what_was_packed_comes_back(self, name: str) -> None:
        """Each encoding that clients use is undone."""
        assert decoded(PACK[name](PLAIN), name.encode(), 1_000_000) == PLAIN

    def test_damage_is_the_callers_fault(self, name: str) -> None:
        """It names the header."""
        packed = PACK[name](PLAIN)

        with pytest.raises(InvalidRequest) as caught:
            decoded(b"\x01" + packed[1:], name.encode(), 1_000_000)
        assert caught.value.param == "content-encoding"

    def test_half_a_body_is_not_a_body(self, name: str) -> None:
        """A truncated stream is refused, never passed on as if it were whole."""
        packed = PACK[name](PLAIN)

        with pytest.raises(InvalidRequest):
            decoded(packed[: len(packed) // 2], name.encode(), 1_000_000)

    def test_a_bomb_stops_at_the_limit(self, name: str) -> None:
        """A megabyte of zeros in a few bytes is refused after the limit, not after the memory."""
        with pytest.raises(BodyTooLarge):
            decoded(PACK[name](bytes(1_000_000)), name.encode(), 10_000)


def test_an_unknown_encoding_is_named() -> None:
    """The error lists what would do."""
    with pytest.raises(InvalidRequest, match="'snappy' is not one of gzip"):
        decoded(b"", b"snappy", 10)
