from collections.abc import Mapping
from typing import Any

import pytest

from oblivious.app.declared.faults import Faults
from oblivious.app.declared.house import Entry, House
from oblivious.app.declared.names import check_names
from oblivious.app.declared.understanding import understand_file

NOTHING: House = {section: {} for section in ("groups", "pools", "models", "providers", "prices", "channels")}


def house(**sections: Mapping[str, Any]) -> House:
    """A house with some things."""
    entries = {name: {one: Entry(form) for one, form in forms.items()} for name, forms in sections.items()}
    return {**NOTHING, **entries}


def told_of(file: Mapping[str, Any], there: House, *, keep: bool = False) -> list[str]:
    """Return the names that are nobody's."""
    faults = Faults({"": 1})
    check_names(understand_file({"version": 1, **file}, faults), there, faults, keep=keep)
    return [f"{fault.path}: {fault.message}" for fault in faults.found()]


def channel(**parts: object) -> dict[str, Any]:
    """A channel of a file."""
    return {"name": "c", "provider": "openai", "models": ["m", "gpt-*"], **parts}


D = {"d": {"models": ["m"], "groups": ["a"]}}


@pytest.mark.parametrize(
    ("file", "there", "wrong"),
    [
        ({"channels": [channel(groups=["a", "b"])], "groups": {"a": {}}}, {}, ["channels[0].groups[1]"]),
        ({"channels": [channel(groups=["a"])]}, {"groups": {"a": {}}}, []),
        (
            {"channels": [channel(groups=["a"])], "groups": {}},
            {"groups": {"a": {}}},
            ["channels[0].groups[0]"],
        ),
        ({"channels": [channel(groups=["strict"])], "groups": {}}, {"groups": {"strict": {}}}, []),
        ({"channels": [channel(groups=["x"])]}, {"channels": {"c": {"groups": ["x"], "models": []}}}, []),
        ({"groups": {}}, {"groups": {"a": {}}, "channels": D}, ["groups"]),
        (
            {"channels": [channel(keys=[{"pool": "p"}, {"pool": "q"}])], "pools": {"q": {}}},
            {},
            ["channels[0].keys[0].pool"],
        ),
        (
            {
                "models": {"a": {"fallbacks": ["m", "gpt-4", "b", "x"]}, "c": {"aliases": ["b"]}},
                "channels": [channel()],
            },
            {},
            ["models.a.fallbacks[3]"],
        ),
        (
            {"models": {"a": {"context_fallbacks": ["m"], "content_fallbacks": ["n"]}}},
            {"channels": D},
            ["models.a.content_fallbacks[0]"],
        ),
        (
            {"models": {"a": {"fallbacks": ["m"]}}, "channels": []},
            {"channels": D},
            ["models.a.fallbacks[0]"],
        ),
        ({"models": {"a": {"fallbacks": ["x"]}}}, {"models": {"a": {"fallbacks": ["x"]}}}, []),
        (
            {"models": {"a": {"fallbacks": ["b"]}}},
            {"models": {"c": {"aliases": ["b"]}}},
            ["models.a.fallbacks[0]"],
        ),
        ({"channels": [channel(), channel(name="d"), channel(name=" c ")]}, {}, ["channels[2].name"]),
        ({"pools": {" p": {}, "": {}, "q": {}}}, {}, ["pools.", "pools. p"]),
    ],
    ids=[
        "a group that is not in the file",
        "a group that is left alone",
        "a group that goes",
        "a group that is there from the start",
        "a group that was nobody's before",
        "a group that goes, with a channel that stays",
        "pools",
        "models by name, pattern and alias",
        "models of channels that are left alone",
        "models of channels that go",
        "a model that was nobody's before",
        "an alias that goes",
        "a channel that is there twice",
        "names that are none",
    ],
)
def test_names_that_are_nobodys(
    file: Mapping[str, Any], there: dict[str, Mapping[str, Any]], wrong: list[str]
) -> None:
    """Each at its place; what nobody has touched is not in the way."""
    assert [line.partition(": ")[0] for line in told_of(file, house(**there))] == wrong


def test_what_is_kept_can_be_named() -> None:
    """Although the file does not name it itself."""
    there = house(groups={"a": {}}, pools={"p": {}}, channels={"d": {"models": ["m"], "groups": ["a"]}})
    file = {
        "groups": {},
        "pools": {},
        "models": {"x": {"fallbacks": ["m"]}},
        "channels": [channel(models=["y"], groups=["a"], keys=[{"pool": "p"}])],
    }

    assert told_of(file, there, keep=True) == []
    assert len(told_of(file, there)) == 3


def test_the_message_names_those_that_there_are() -> None:
    """So nobody has to look them up."""
    file = {"channels": [channel(groups=["c"], keys=[{"pool": "p"}])], "groups": {"b": {}, "a": {}}}

    assert told_of(file, house()) == [
        "channels[0].groups[0]: is no group, 'c': there are a, b",
        "channels[0].keys[0].pool: is no pool, 'p': there are none",
    ]
