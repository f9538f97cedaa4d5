"""Names of what was left out, in a header."""

import pytest

from oblivious.adapters.dialects.dropped import header_of


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (["top_k", "generationConfig.imageConfig"], b"top_k, generationConfig.imageConfig"),
        (["a\r\nx-evil: 1"], b"a%0D%0Ax-evil:%201"),
        (["größe", "\ud800", "a,b"], b"gr%C3%B6%C3%9Fe, %3F, a%2Cb"),
        (["x" * 100], b"x" * 64),
        (["a"] * 33, b", ".join([b"a"] * 32 + [b"..."])),
    ],
    ids=["plain", "line ends", "letters that no header holds", "a long one", "many"],
)
def test_a_clients_names_fit_into_a_header(names: list[str], value: bytes) -> None:
    """They are its own members, and may hold anything."""
    assert header_of(names) == (b"x-oblivious-dropped", value)
