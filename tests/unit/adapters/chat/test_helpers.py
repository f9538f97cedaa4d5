"""Ids, media, turns and effort."""

import pytest

from oblivious.adapters.chat.effort import budget_of, effort_of
from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.media import source_of, url_of
from oblivious.adapters.chat.parts import Source, Text
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.turns import merged


@pytest.mark.parametrize(
    ("foreign", "kept"),
    [("call_1-A", True), ("a" * 40, True), ("a" * 41, False), ("a b", False), ("", False), ("\u00e9", False)],
)
def test_ids_are_kept_where_every_provider_takes_them(foreign: str, *, kept: bool) -> None:
    """Others get another one, always the same."""
    legal = legal_id(foreign)

    assert (legal == foreign) is kept
    assert legal == legal_id(legal_id(foreign))
    assert legal == legal_id(foreign)


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://a.test/b", Source(url="https://a.test/b")),
        ("data:image/png;base64,aGk=", Source(data="aGk=", media_type="image/png")),
        ("data:text/plain;charset=utf-8;base64,aGk=", Source(data="aGk=", media_type="text/plain")),
        ("data:;base64,aGk=", Source(data="aGk=")),
    ],
)
def test_urls_may_carry_what_they_point_to(url: str, source: Source) -> None:
    """Both ways."""
    assert source_of(url) == source
    assert source_of(url_of(source)).data == source.data


def test_turns_of_one_role_become_one() -> None:
    """Empty ones are left out."""
    a, b, c = (Text(text=word) for word in "abc")

    assert merged(
        [Turn("user", (a,)), Turn("assistant", ()), Turn("user", (b,)), Turn("user", (c,), name="x")]
    ) == [Turn("user", (a, b)), Turn("user", (c,), name="x")]


@pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
def test_effort_to_budget_and_back(effort: str) -> None:
    """The same word."""
    assert effort_of(budget_of(effort)) == effort


@pytest.mark.parametrize(
    ("budget", "effort"), [(-1, "medium"), (1, "minimal"), (9_000, "high"), (10**6, "max")]
)
def test_budgets_between_words(budget: int, effort: str) -> None:
    """The next word that allows it."""
    assert effort_of(budget) == effort
