from collections.abc import Mapping

import pytest

from oblivious.app.declared.faults import BadFile
from oblivious.app.declared.reading import read_document


def value_of(text: str) -> object:
    """Read what a document says of `a`."""
    value = read_document(f"a: {text}").value
    assert isinstance(value, Mapping)
    return value["a"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("off", "off"),
        ("no", "no"),
        ("y", "y"),
        ("2026-11-27", "2026-11-27"),
        ("1:30", "1:30"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("", None),
        ("~", None),
        ("true", True),
        ("False", False),
        ("-7", -7),
        ("0", 0),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("'7'", "7"),
        ('"true"', "true"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ("!!str 7", "7"),
        ("9223372036854775807", 2**63 - 1),
    ],
)
def test_words_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    """So that a state `off` is a text, and a Norwegian no `false`."""
    found = value_of(written)

    assert (type(found), found) == (type(meant), meant)


def test_names_are_texts_whatever_they_look_like() -> None:
    """A status that is mapped, a model that is called like a number."""
    assert value_of("{404: 429, true: 1, ~: x}") == {"404": 429, "true": 1, "~": "x"}


def test_every_value_has_its_line() -> None:
    """Names and items of lists alike."""
    document = read_document("a:\n  - b: 1\n    c.d: {e: 2}\n  -\n    - 3\n")

    assert document.lines == {
        "": 1,
        "a": 1,
        "a[0]": 2,
        "a[0].b": 2,
        "a[0].c.d": 3,
        "a[0].c.d.e": 3,
        "a[1]": 5,
        "a[1][0]": 5,
    }


def test_an_empty_file_says_nothing() -> None:
    """Not even which version it is of."""
    assert read_document("# nothing\n").value == {}


def test_what_is_named_once_may_stand_in_many_places() -> None:
    """Anchors of YAML."""
    assert read_document("a: &x [1]\nb: *x\n").value == {"a": [1], "b": [1]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3: a: is there twice"]),
        ("a:\n  ? [b]\n  : 1\n", ["2: a.?: has a name that is no text"]),
        ("a: 1\nb: !!binary aGk=\n", ["2: b: has a tag that means nothing here: tag:yaml.org,2002:binary"]),
        ("a: !secret x\n", ["1: a: has a tag that means nothing here: !secret"]),
        ("a: 9223372036854775808\n", ["1: a: is a number beyond 9223372036854775807"]),
        ('a: 1\nb: "\\0"\n', ["2: b: holds a character that cannot be kept"]),
        ('a: "\\ud800"\n', ["1: a: holds a character that cannot be kept"]),
        ('a: {"\\ud800": 1}\n', ["1: a.?: has a name that is no text"]),
        ("a: !!set {b: 1}\n", ["1: a: has a tag that means nothing here: tag:yaml.org,2002:set"]),
        ("a: !steps [1]\n", ["1: a: has a tag that means nothing here: !steps"]),
    ],
    ids=[
        *("a name twice", "a list as a name", "bytes", "a tag of ours", "huge", "zero", "half"),
        *("half a name", "a set", "a list of ours"),
    ],
)
def test_what_means_nothing_is_noted_and_the_rest_is_read(text: str, told: list[str]) -> None:
    """Each with its line, and none hides the others."""
    assert [str(fault) for fault in read_document(text).faults] == told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 1\nb: *gone\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: 1\nb: \x07\n", 2),
        ("a: &a\n  - *a\n", 1),
        ("[" * 60 + "]" * 60, 1),
        ("[" * 30_000, 1),
        (
            "a: &a [1,2,3,4,5,6,7,8,9]\n"
            + "".join(
                f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
                for a, b in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            1,
        ),
    ],
    ids=[
        "open list",
        "tab",
        "no such anchor",
        "two documents",
        "a bell",
        "itself",
        "deep",
        "abyss",
        "laughs",
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    """Whatever it was meant to be; and no file eats the memory."""
    with pytest.raises(BadFile) as refused:
        read_document(text)

    assert [fault.line for fault in refused.value.faults] == [line]
