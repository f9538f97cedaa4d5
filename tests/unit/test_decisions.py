"""Every decision is written down in one form, short enough to be read."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs/decisions"
PAGES = sorted(FOLDER.glob("*.md"))
LONGEST = 50
PARTS = ["Status", "Context", "Decision", "Consequences"]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@each_page
def test_it_has_the_four_parts(page: Path) -> None:
    """In one order, and nothing beside them."""
    assert re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == PARTS


@each_page
def test_it_fits_on_a_screen(page: Path) -> None:
    """What takes longer to say is several decisions."""
    assert len(page.read_text().splitlines()) <= LONGEST


def test_they_are_numbered_without_a_gap() -> None:
    """A file's number is its title's, and no two share one."""
    files = [int(page.name[:4]) for page in PAGES]
    titles = [int(page.read_text().split(maxsplit=2)[1].rstrip(".")) for page in PAGES]
    assert files == titles == list(range(1, len(PAGES) + 1))
