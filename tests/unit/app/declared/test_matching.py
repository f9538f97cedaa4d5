import pytest

from oblivious.app.declared.file import KeySaid, Reference
from oblivious.app.declared.matching import Said, There, matched
from oblivious.channels.keys import NO_SECRET


def said(name: str = "", *, env: str = "", kept: str = "", secret: str | None = None) -> Said:
    """A key of a file."""
    reference = Reference(env=env, kept=kept) if env or kept else None
    return Said(KeySaid(name=name, secret=reference), None if kept else secret or f"secret of {env}")


def there(name: str = "", *, source: str = "", hint: str = "sk-1...2345", secret: str = "sk-there") -> There:
    """A key that is there."""
    return There(name, source, hint, secret)


@pytest.mark.parametrize(
    ("keys", "rows", "places"),
    [
        ([said(env="A"), said(env="B")], [there(source="env:B"), there(source="env:A")], [1, 0]),
        ([said("a", env="B")], [there("a", source="env:A"), there("b", source="env:C")], [0]),
        ([said("new", env="A")], [there("old", source="env:A")], [0]),
        ([said(env="A"), said("a", env="B")], [there("a", source="env:A")], [None, 0]),
        ([said(env="C")], [there("a", source="env:A"), there(source="env:B")], [None]),
        ([said(kept="x"), said(kept="x"), said(kept="x")], [there(hint="x"), there(hint="x")], [0, 1, None]),
        ([said("a", kept="x")], [there(hint="x")], [0]),
        ([said("a", kept="x")], [there("b", hint="x")], [None]),
        ([said("a", kept="x")], [there("a", hint="y")], [0]),
        ([said(env="A", secret="sk-there")], [there(secret="sk-other"), there()], [1]),
        ([said(env="A", secret="sk-there")], [there(source="env:B")], [None]),
        ([said(secret="")], [there(hint=NO_SECRET, secret="")], [0]),
    ],
    ids=[
        "by reference",
        "by name, with another reference",
        "by reference, with another name",
        "a name before a reference",
        "somebody else",
        "kept ones in their order",
        "a name for one that had none",
        "kept under another name",
        "kept by its name, whatever its hint is now",
        "by the secret that was given by hand",
        "not by a secret that stands elsewhere",
        "the empty one",
    ],
)
def test_which_key_is_which(keys: list[Said], rows: list[There], places: list[int | None]) -> None:
    """The surest first, and none twice."""
    assert matched(keys, rows) == places


def test_what_is_printed_of_keys_holds_no_secret() -> None:
    """An error may carry them into a log."""
    assert "sk-there" not in repr([said(env="A", secret="sk-there"), there()])
