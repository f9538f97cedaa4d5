"""Lists of what is at hand behave as lists out of the database do."""

from typing import NamedTuple

import pytest

from oblivious.gateway.routes.admin.asked import Field, read_asked
from oblivious.gateway.routes.admin.shelf import Shelf, look_through


class Tool(NamedTuple):
    name: str
    weight: int
    uses: tuple[str, ...]


TOOLS = [Tool("saw", 2, ("wood",)), Tool("axe", 5, ("wood",)), Tool("pick", 5, ("stone",))]
SHELF: Shelf[Tool] = Shelf(
    fields={
        "name": Field(lambda tool: tool.name),
        "weight": Field(lambda tool: tool.weight, int),
        "use": Field(lambda tool: tool.uses, sorts=False, holds=lambda uses, use: use in uses),
    },
    searched=(lambda tool: tool.name,),
    key="name",
    usual="name",
)


def names(*query: tuple[str, str]) -> list[str]:
    """Return the names on all pages of what is asked for."""
    found: list[str] = []
    more: list[tuple[str, str]] = []
    while True:
        page = look_through(SHELF, TOOLS, read_asked([*query, *more], SHELF.fields, key="name", usual="name"))
        found += [tool.name for tool in page.items]
        if page.next is None:
            return found
        more = [("cursor", page.next)]


class TestLookThrough:
    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            pytest.param((), ["axe", "pick", "saw"], id="the usual order"),
            pytest.param((("sort", "-weight"),), ["axe", "pick", "saw"], id="equals by the key"),
            pytest.param((("sort", "weight,-name"),), ["saw", "pick", "axe"], id="two orders"),
            pytest.param((("use", "wood"),), ["axe", "saw"], id="a filter of its own kind"),
            pytest.param((("weight", "5"), ("use", "stone")), ["pick"], id="two filters"),
            pytest.param((("q", "A"),), ["axe", "saw"], id="a search"),
            pytest.param((("q", "hammer"),), [], id="nothing"),
        ],
    )
    @pytest.mark.parametrize("limit", [1, 2, 200])
    def test_pages_add_up_to_the_list(
        self, query: tuple[tuple[str, str], ...], wanted: list[str], limit: int
    ) -> None:
        """However few are asked for at once."""
        assert names(*query, ("limit", str(limit))) == wanted

    def test_the_total_is_of_all_pages(self) -> None:
        """Though one has only some."""
        asked = read_asked([("limit", "1"), ("use", "wood")], SHELF.fields, key="name", usual="name")
        assert look_through(SHELF, TOOLS, asked).total == 2
