from pathlib import Path

import pytest

from oblivious.app.declared.file import Reference
from oblivious.app.declared.references import looking
from oblivious.contracts.changes import ChangeRefused


def test_a_secret_stands_in_a_variable_or_a_file(tmp_path: Path) -> None:
    """Blanks around it are for whoever reads it."""
    path = tmp_path / "key"
    path.write_text("sk-file\n")
    look = looking({"A": "sk-variable"})

    assert look(Reference(env="A")) == "sk-variable"
    assert look(Reference(file=str(path))) == "sk-file\n"


@pytest.mark.parametrize("variables", [{}, {"A": " "}], ids=["not set", "blank"])
def test_a_variable_is_set(variables: dict[str, str]) -> None:
    """One that is empty was forgotten."""
    with pytest.raises(ChangeRefused, match=r"^env: .*'A'"):
        looking(variables)(Reference(env="A"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        (b"\xff", "it is no text"),
        (b" \n", "1 to 262144 characters"),
        (b"x" * 300_000, "1 to 262144 characters"),
    ],
    ids=["not there", "no text", "blank", "too long"],
)
def test_a_file_holds_a_secret(tmp_path: Path, content: bytes | None, told: str) -> None:
    """The message names the file, and nothing that is in it."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ChangeRefused, match=told) as refused:
        looking({})(Reference(file=str(path)))

    assert refused.value.field == "file"
    assert str(path) in refused.value.message
