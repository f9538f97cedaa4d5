"""What people and programs see of an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from oblivious.app.output import Told, say

TOLD = Told({"whole": [1]}, {"one:": [{"a": 1}], "none:": [], "two:": [{"b": 2}]}, "a remark")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "yes"),
        (0, "0"),
        (["a", "b"], "a, b"),
        ({"rpm": 5, "tpm": None, "on": False}, "rpm=5, on=no"),
        ({}, ""),
        ([{"id": 1, "name": ""}], "id=1"),
    ],
    ids=["nothing", "a truth", "zero", "a list", "an object", "an empty object", "a list of objects"],
)
def test_a_cell_is_for_people(capsys: pytest.CaptureFixture[str], value: Any, cell: str) -> None:
    """What is empty inside an object is left out."""
    say([{"cell": value}], as_json=False)

    assert capsys.readouterr().out.splitlines()[1].rstrip() == cell


def test_objects_of_a_list_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each."""
    say([{"keys": [{"id": 1}, {"id": 2}]}], as_json=False)

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == ["keys", "id=1", "id=2"]


@pytest.mark.parametrize(
    ("answer", "columns", "lines"),
    [
        ({"a": 1, "b": 2}, (), ["field  value", "a      1", "b      2"]),
        ([{"a": 1, "b": 2}], ("b",), ["b", "2"]),
        ([], (), ["nothing"]),
        (TOLD, (), ["one:", "a", "1", "", "two:", "b", "2"]),
    ],
    ids=["an object", "columns of a list", "an empty list", "several tables"],
)
def test_tables(
    capsys: pytest.CaptureFixture[str],
    answer: Mapping[str, Any] | Sequence[Mapping[str, Any]] | Told,
    columns: Sequence[str],
    lines: list[str],
) -> None:
    """A table without rows is left out, where there are others."""
    say(answer, as_json=False, columns=columns)

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == lines


@pytest.mark.parametrize("as_json", [True, False], ids=["program", "people"])
def test_a_remark_is_no_part_of_the_answer(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:  # noqa: FBT001 - a case
    """Programs read the answer alone."""
    say(TOLD, as_json=as_json)
    said = capsys.readouterr()

    assert (said.err, "remark" in said.out) == ("a remark\n", False)
    assert (said.out == '{"whole":[1]}\n') == as_json
