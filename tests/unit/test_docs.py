"""The documents name nothing that is not there."""

import re
from pathlib import Path

import pytest

from tests.unit.command_lines import resolve
from tests.unit.named_things import command_lines_in, make_targets_in, paths_in

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# A path may be told from the root, from the package, or from the page's own folder.
STARTS = (ROOT, ROOT / "oblivious")
FOLDERS = {path.name for start in STARTS for path in start.iterdir() if path.is_dir()}
# Made by running the program or its tools, so not in a fresh clone.
MADE = {"var", ".venv", ".env"}
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@each_page
def test_every_path_exists(page: Path) -> None:
    """A path in backticks is a file or folder of this tree, or a pattern that finds one."""
    named = set(paths_in(page.read_text(), FOLDERS))
    told = {path for path in named if path.split("/")[0] not in MADE}
    starts = (*STARTS, page.parent)
    assert [path for path in told if not any(any(start.glob(path)) for start in starts)] == []


@each_page
def test_every_make_target_exists(page: Path) -> None:
    """`make word` is a target of the Makefile."""
    assert set(make_targets_in(page.read_text())) <= TARGETS


@each_page
def test_every_command_line_is_taken(page: Path) -> None:
    """`oblivious words --options` is a command with these options."""
    lines = list(command_lines_in(page.read_text()))
    if lines:
        from oblivious.app.cli import main  # noqa: PLC0415 - most pages name no command

        for words in lines:
            resolve(main, words)


class TestTheReader:
    """The reader of the pages finds what it should, so that silence means truth."""

    PAGE = """
Run `make run`, see `oblivious/app/cli.py`, `docs/` and `notes.md`, not `gpt/4o` or `application/json`.
```sh
make install && .venv/bin/oblivious key create --name mine --json | jq .key
```
"""

    def test_paths(self) -> None:
        """Folders that we have and files of our kinds count; other slashes do not."""
        assert list(paths_in(self.PAGE, {"oblivious", "docs"})) == [
            "oblivious/app/cli.py",
            "docs/",
            "notes.md",
        ]

    def test_targets(self) -> None:
        """Spans and blocks are read alike."""
        assert list(make_targets_in(self.PAGE)) == ["run", "install"]

    def test_command_lines(self) -> None:
        """A command line ends where the shell says so."""
        assert list(command_lines_in(self.PAGE)) == [["key", "create", "--name", "mine", "--json"]]
