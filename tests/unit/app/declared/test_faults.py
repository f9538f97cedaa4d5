import pytest

from oblivious.app.declared.faults import BadFile, Fault, Faults, joined
from oblivious.contracts.changes import ChangeRefused, NoSuch

LINES = {"": 1, "prices": 2, "prices.gpt-4.1": 3, "channels": 4, "channels[0]": 5, "channels[0].models": 6}


def refuse(error: ChangeRefused) -> None:
    """Refuse a change."""
    raise error


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("channels[0].models", 6),
        ("channels[0].models[3]", 6),
        ("channels[0].shaping.operations[2].path", 5),
        ("channels[7].name", 4),
        ("prices.gpt-4.1.input", 3),
        ("prices.gpt-4.5", 2),
        ("limits[...].rpm", 1),
        ("groups", 1),
    ],
)
def test_what_is_not_in_the_file_has_the_line_of_what_it_would_be_in(path: str, line: int) -> None:
    """Names may hold dots."""
    faults = Faults(LINES)
    faults.add(path, "is wrong")

    assert faults.found() == [Fault(line, path, "is wrong")]


def test_all_is_told_by_line_and_once() -> None:
    """The order in which it was found says nothing."""
    faults = Faults(LINES, [Fault(9, "x", "is there twice")])
    faults.add("channels[0]", "is wrong")
    with faults.at("prices"):
        refuse(NoSuch("gpt-4.1", "is not there"))
    faults.add("channels[0]", "is wrong")

    with pytest.raises(BadFile) as refused:
        faults.check()

    assert str(refused.value).splitlines() == [
        "3: prices.gpt-4.1: is not there",
        "5: channels[0]: is wrong",
        "9: x: is there twice",
    ]


def test_nothing_wrong_goes_on() -> None:
    """Without a word."""
    Faults(LINES).check()


def test_only_refusals_are_noted() -> None:
    """What else goes wrong is a bug of ours."""
    with pytest.raises(KeyError), Faults(LINES).at("prices"):
        raise KeyError("a")


@pytest.mark.parametrize(
    ("path", "below", "of"),
    [
        ("channels[0].models", True, True),
        ("channels[0]", True, False),
        ("channels", True, False),
        ("channels[0].models[1]", False, False),
        ("channels[0].model", False, False),
    ],
)
def test_where_something_is_wrong(path: str, below: bool, of: bool) -> None:  # noqa: FBT001 - a table
    """In a thing, or with the thing itself; names that begin alike are others."""
    faults = Faults(LINES)
    with faults.at("channels[0]"):
        refuse(ChangeRefused("models", "names at least one model"))

    assert (faults.below(path), faults.of(path)) == (below, of)


@pytest.mark.parametrize(
    ("path", "field", "whole"),
    [("a", "b", "a.b"), ("a", "[1].b", "a[1].b"), ("", "b", "b"), ("a", "", "a")],
)
def test_joined(path: str, field: str, whole: str) -> None:
    """Members with a dot, places without one."""
    assert joined(path, field) == whole
