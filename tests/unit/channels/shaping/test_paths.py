import pytest

from oblivious.channels.shaping.paths import Spot, Steps, keys_at, spots, steps_of


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a", ("a",)),
        ("messages.0.content", ("messages", "0", "content")),
        ("tools.*.strict", ("tools", None, "strict")),
        (r"a\.b.c", ("a.b", "c")),
        (r"a.\*", ("a", "*")),
        (r"a\\.b", ("a\\", "b")),
        ("a.-1", ("a", "-1")),
        ("a b.*x", ("a b", "*x")),
    ],
)
def test_a_path_is_names_and_numbers_with_dots_between_them(path: str, steps: Steps) -> None:
    assert steps_of(path) == steps


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "a\\", r"a\b", "a." * 40 + "a", "x" * 501])
def test_what_is_no_path_is_said_to_be_none(path: str) -> None:
    with pytest.raises(ValueError, match=r"is made of|more than 32 steps|longer than 500"):
        steps_of(path)


@pytest.mark.parametrize(
    ("item", "step", "keys"),
    [
        ({"a": 1, "b": 2}, None, ["a", "b"]),
        ({"0": 1}, "0", ["0"]),
        ({"a": 1}, "b", []),
        ([1, 2], None, [0, 1]),
        ([1, 2], "1", [1]),
        ([1, 2], "-1", [1]),
        ([1, 2], "2", []),
        ([1, 2], "-3", []),
        ([], "-1", []),
        ([1, 2], "a", []),
        ("ab", None, []),
        (None, "a", []),
    ],
    ids=repr,
)
def test_a_step_means_a_key_only_where_it_fits(item: object, step: str | None, keys: list[object]) -> None:
    assert keys_at(item, step) == keys


def test_what_is_missing_is_told_with_the_objects_on_its_way() -> None:
    body: dict[str, object] = {"a": {}}

    assert list(spots(body, ("a", "b", "c"))) == [Spot({}, "b", ("c",), there=False)]


@pytest.mark.parametrize("steps", [("a", "0"), ("a", None), ("a", "b", "-1")], ids=repr)
def test_a_list_that_is_missing_is_not_made(steps: Steps) -> None:
    assert list(spots({}, steps)) == []
