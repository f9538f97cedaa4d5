import base64
import math
import struct
from array import array

import msgspec
import pytest

from oblivious.adapters.embeddings.vectors import packed, spelled, vectors_in

VALUES = [0.5, -1.25, 3.0]


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


class TestIn:
    @pytest.mark.parametrize(
        "text",
        ["[0.5, -1.25, 3.0]", "[0.5, -1.25, 3]", '"AAAAPwAAoL8AAEBA"'],
        ids=["numbers", "a whole number", "base64"],
    )
    def test_both_forms_are_read(self, text: str) -> None:
        """Whatever the upstream prefers."""
        assert vectors_in([raw(text)]) == (array("d", VALUES),)

    @pytest.mark.parametrize(
        "text",
        [
            "[]",
            "null",
            '["a"]',
            "[true]",
            "{}",
            '"no base64"',
            '"AAA="',
            '""',
            "[1e999]",
            '"AADAfw=="',
            '"é"',
        ],
    )
    def test_what_is_no_vector_is_told(self, text: str) -> None:
        """Neither the others are taken then."""
        assert vectors_in([raw("[1.0]"), raw(text)]) is None

    def test_no_number_loses_a_digit(self) -> None:
        """Between lists the upstream's own numbers come down."""
        (vector,) = vectors_in([raw("[0.0123456789012345]")]) or ()

        assert bytes(spelled(vector)) == b"[0.0123456789012345]"


class TestPacked:
    def test_it_is_32_bits_a_number_low_byte_first(self) -> None:
        """As OpenAI's clients unpack it."""
        assert struct.unpack("<3f", base64.b64decode(packed(array("d", VALUES)))) == tuple(VALUES)

    def test_a_number_too_large_is_infinite(self) -> None:
        """And no error of ours."""
        assert struct.unpack("<1f", base64.b64decode(packed(array("d", [1e300])))) == (math.inf,)
