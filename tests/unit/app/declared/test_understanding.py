import pytest

from oblivious.app.declared.faults import Faults
from oblivious.app.declared.file import ChannelSaid, File, KeySaid, PriceSaid, Reference
from oblivious.app.declared.understanding import understand, understand_file

EMPTY = "is empty: leave it out, or say {} or [] for none"


def told_of(value: object) -> list[str]:
    """Return what is wrong with a file, without lines."""
    faults = Faults({"": 1})
    understand_file(value, faults)
    return [f"{fault.path}: {fault.message}" for fault in faults.found()]


def test_what_is_not_said_is_as_usual() -> None:
    """A section that is not there is something else than one that is empty."""
    faults = Faults({"": 1})

    file = understand_file({"version": 1, "pools": {}, "channels": [{"name": "a", "keys": [{}]}]}, faults)

    assert file == File(version=1, pools={}, channels=[ChannelSaid(name="a", keys=[KeySaid()])])
    faults.check()


def test_numbers_of_money_are_texts_or_numbers() -> None:
    """People write both."""
    price = understand({"input": "0.15", "output": 2, "cache_read": 0.5}, PriceSaid, "", Faults({"": 1}))

    assert price == PriceSaid(input="0.15", output=2, cache_read=0.5)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, ["version: is 1, the only one there is"]),
        ({"version": 2}, ["version: is 1, the only one there is"]),
        ({"version": "1"}, ["version: expected `int`, got `str`"]),
        ([], [": is an object with members", "version: is 1, the only one there is"]),
        ({"version": 1, "pools": None}, [f"pools: {EMPTY}"]),
        ({"version": 1, "channels": {}}, ["channels: is a list"]),
        (
            {"version": 1, "pools": {"p": {"x": 1}}},
            ["pools.p.x: is nothing that is known here: there is limits"],
        ),
        (
            {"version": 1, "channels": [{"models": ["a", 1, 2]}, 3, {"state": "maybe", "weight": "1"}]},
            [
                "channels[0].models[1]: expected `str`, got `int`",
                "channels[0].models[2]: expected `str`, got `int`",
                "channels[1]: is an object with members",
                "channels[2].state: invalid enum value 'maybe'",
                "channels[2].weight: expected `int`, got `str`",
            ],
        ),
    ],
    ids=["nothing", "another version", "a text", "a list", "empty", "no list", "strange", "many"],
)
def test_everything_that_is_wrong_is_told(value: object, told: list[str]) -> None:
    """One thing does not hide the next."""
    assert told_of(value) == told


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("sk-written-here", "is not written here: say where it stands, {env: NAME} or {file: PATH}"),
        (None, EMPTY),
        ({}, "names one place: {env: NAME} or {file: PATH}, or {kept: HINT} for what is there"),
        (
            {"env": "A", "file": "b"},
            "names one place: {env: NAME} or {file: PATH}, or {kept: HINT} for what is there",
        ),
    ],
    ids=["inline", "nothing", "nowhere", "in two places"],
)
def test_a_secret_is_a_reference(secret: object, told: str) -> None:
    """And what was written instead is not repeated."""
    found = told_of({"version": 1, "channels": [{"keys": [{"secret": secret}]}]})

    assert found == [f"channels[0].keys[0].secret: {told}"]


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        (Reference(env="A"), "env:A"),
        (Reference(file="/a b"), "file:/a b"),
        (Reference(kept="sk-1...2345"), ""),
    ],
)
def test_how_a_row_says_where_a_secret_stands(reference: Reference, source: str) -> None:
    """What is kept stands nowhere."""
    assert reference.source == source
