"""What is written into a file is what is read from it."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from oblivious.app.declared.reading import read_document
from oblivious.app.declared.scalars import Dumper

_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_WORDS = st.from_regex(
    r"[-+.~]?(0|[0-9]{1,4}|[oO]ff|[yYnN]|[tT]rue|null|)([._:eE][-+]?[0-9]{0,3})?", fullmatch=True
)
_NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS | _WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_TEXTS | _WORDS, _VALUES, max_size=4))
def test_every_value_comes_back(value: dict[str, Any]) -> None:
    """Texts stay texts, whatever they look like; numbers keep their kind."""
    text = yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
    document = read_document(text)

    assert document.faults == []
    assert repr(document.value) == repr(value)
