"""Names, lists of names and numbers, as operators write them. Pure."""

from collections.abc import Iterable

from oblivious.contracts.changes import ChangeRefused

_LONGEST = 200


def line(field: str, text: str) -> str:
    """Return a short text of one line without blanks around it.

    Raises:
        ChangeRefused: it is empty, too long, or cannot be printed.
    """
    found = text.strip()
    if not found or not found.isprintable():
        raise ChangeRefused(field, f"is a printable text, not {text!r}")
    if len(found) > _LONGEST:
        raise ChangeRefused(field, f"has at most {_LONGEST} characters, not {len(found)}")
    return found


def kept(field: str, text: str) -> str:
    """Return a text of any number of lines as it is.

    Raises:
        ChangeRefused: it holds a character that no database keeps.
    """
    if "\0" in text:
        raise ChangeRefused(field, "holds a character that cannot be kept")
    return text


def names(field: str, given: Iterable[str]) -> list[str]:
    """Return names without blanks around them, each once.

    Raises:
        ChangeRefused: see `trimmed`.
    """
    return list(dict.fromkeys(trimmed(field, given)))


def trimmed(field: str, given: Iterable[str]) -> list[str]:
    """Return names without blanks around them.

    Raises:
        ChangeRefused: names the first that is empty, too long, or cannot be printed.
    """
    return [line(f"{field}[{place}]", name) for place, name in enumerate(given)]


def between(field: str, number: int, least: int, most: int) -> int:
    """Return a number that lies between two others.

    Raises:
        ChangeRefused: it does not.
    """
    if not least <= number <= most:
        raise ChangeRefused(field, f"lies between {least} and {most}, not {number}")
    return number
