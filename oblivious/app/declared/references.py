"""Secrets that a file only refers to: where they are read, and how they are looked for in a link."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from oblivious.app.declared.file import Reference
from oblivious.contracts.changes import ChangeRefused

Look = Callable[[Reference], str]
"""Returns the secret that a reference to a variable or a file stands for; it may raise a ChangeRefused."""

_MOST_CHARACTERS = 256 * 1024


def looking(environment: Mapping[str, str] | None = None) -> Look:
    """Return what looks for secrets in the environment, and in files."""
    variables = os.environ if environment is None else environment

    def look(reference: Reference) -> str:
        return _in_environment(reference.env, variables) if reference.env else _in_file(reference.file)

    return look


def _in_environment(name: str, variables: Mapping[str, str]) -> str:
    value = variables.get(name, "")
    if not value.strip():
        raise ChangeRefused("env", f"is a variable that is set; {name!r} is not")
    return value


def _in_file(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8") as file:
            text = file.read(_MOST_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or "it is no text"
        raise ChangeRefused("file", f"cannot be read from {path!r}: {reason}") from None
    if not text.strip() or len(text) > _MOST_CHARACTERS:
        raise ChangeRefused("file", f"has 1 to {_MOST_CHARACTERS} characters; {path!r} has not")
    return text
