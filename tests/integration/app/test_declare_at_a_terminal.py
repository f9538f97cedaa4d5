"""`oblivious apply` with somebody who is asked."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import COMMAND, Installation

FILE = "version: 1\npools: {a: {}}\n"
QUESTION = b"Do it?"


class Asked:
    """A running `apply` at a terminal of its own."""

    def __init__(self, installation: Installation, file: Path) -> None:
        self._terminal, slave = os.openpty()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [str(COMMAND), "apply", str(file)], env=installation.env, cwd=installation.folder,
            stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        os.close(slave)
        self._read_question()

    def answer(self, text: str) -> tuple[int, str]:
        """Return the exit code, and what it says then."""
        os.write(self._terminal, text.encode() + b"\n")
        _, said = self._process.communicate(timeout=30)
        return self._process.returncode, said.decode()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        os.close(self._terminal)

    def _read_question(self) -> None:
        assert self._process.stderr is not None
        said = b""
        while QUESTION not in said:
            piece = os.read(self._process.stderr.fileno(), 1000)
            assert piece, said
            said += piece


@pytest.fixture
def asked(installation: Installation, tmp_path: Path) -> Iterator[Asked]:
    file = tmp_path / "house.yaml"
    file.write_text(FILE)
    asked = Asked(installation, file)
    yield asked
    asked.close()


def pools(installation: Installation) -> list[str]:
    """Return the pools that there are."""
    return [row["name"] for row in installation.do("pool", "list")]


@pytest.mark.parametrize(("answer", "code", "made"), [("n", 1, []), ("y", 0, ["a"])], ids=["no", "yes"])
def test_it_is_done_when_somebody_says_so(
    installation: Installation, asked: Asked, answer: str, code: int, made: list[str]
) -> None:
    """And not before."""
    assert pools(installation) == []

    assert (asked.answer(answer)[0], pools(installation)) == (code, made)


def test_what_was_shown_is_what_is_done(installation: Installation, asked: Asked) -> None:
    """Somebody else has changed something since: it would take away what nobody has seen."""
    installation.do("pool", "set", "b")

    code, said = asked.answer("y")

    assert (code, "look again" in said) == (1, True)
    assert pools(installation) == ["b"]
