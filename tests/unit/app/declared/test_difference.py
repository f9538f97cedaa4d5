from collections.abc import Mapping
from typing import Any

import pytest

from oblivious.app.declared.difference import Change, differences, told
from oblivious.app.declared.house import Entry, House


def house(form: Mapping[str, Any] | None, **sealed: str) -> House:
    """A house with one channel, or none."""
    places = {place.replace("__", "."): text for place, text in sealed.items()}
    return {"pools": {}, "channels": {} if form is None else {"a": Entry(dict(form), places)}}


def lines(before: House, after: House) -> list[str]:
    """Return what people are told."""
    return [told(change) for change in differences(before, after)]


KEY = {"secret": {"env": "K"}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"weight": 1}, {"weight": 1}, []),
        (None, {"models": ["m"]}, ['+ channels a: {"models":["m"]}']),
        ({"models": ["m"]}, None, ["- channels a"]),
        ({"weight": 1}, {"weight": 2}, ["~ channels a: weight: 1 -> 2"]),
        ({}, {"tag": "t"}, ["~ channels a: tag: nothing -> t"]),
        ({"tag": "t"}, {}, ["~ channels a: tag: t -> nothing"]),
        ({"models": ["m"]}, {"models": ["n"]}, ['~ channels a: models: ["m"] -> ["n"]']),
        (
            {"limits": {"rpm": 1, "tpm": 2}},
            {"limits": {"rpm": 1, "concurrency": 3}},
            ["~ channels a: limits.tpm: 2 -> nothing", "~ channels a: limits.concurrency: nothing -> 3"],
        ),
        ({"shaping": {"x": [1]}}, {"shaping": {"x": [True]}}, ["~ channels a: shaping.x: [1] -> [true]"]),
        ({"mapping": {"a": "b", "c": "d"}}, {"mapping": {"c": "d", "a": "b"}}, []),
        (
            {"keys": [{"name": "k"}, KEY]},
            {"keys": [KEY, {"name": "k", "pool": "p"}, {"secret": {"kept": "h"}}]},
            [
                "~ channels a: keys.k.pool: nothing -> p",
                '~ channels a: keys.kept:h: nothing -> {"secret":{"kept":"h"}}',
            ],
        ),
    ],
    ids=[
        "nothing",
        "a new one",
        "one that goes",
        "a number",
        "said for the first time",
        "not said any more",
        "a list",
        "members of a part",
        "true is no number",
        "another order of names",
        "keys by what they are called",
    ],
)
def test_what_has_changed(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, expected: list[str]
) -> None:
    """A line for each member."""
    assert lines(house(before), house(after)) == expected


def test_another_secret_is_told_without_it() -> None:
    """Only what is sealed has changed: nobody sees how."""
    form = {"keys": [KEY], "link": {"proxy": {"env": "P"}}}
    before = house(form, link="sealed-1", keys__env_K="sealed-2")
    after = house(form, link="sealed-3", keys__env_K="sealed-2")

    assert lines(before, before) == []
    assert lines(before, after) == ["~ channels a: link: a secret -> another one"]


def test_a_part_that_tells_its_change_itself_tells_it_once() -> None:
    """A link is sealed anew with each change of it."""
    before = house({"link": {"verify": False}}, link="sealed-1")
    after = house({"link": {"verify": False, "tls_least": "1.3"}}, link="sealed-2")

    assert lines(before, after) == ["~ channels a: link.tls_least: nothing -> 1.3"]


def test_programs_get_both_sides() -> None:
    """The whole of what appears or goes, too."""
    assert differences(house({"weight": 1}), house(None)) == [
        Change("remove", "channels", "a", before={"weight": 1})
    ]
