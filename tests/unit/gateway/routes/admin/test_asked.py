"""One way to ask for every list, and a name for whatever is wrong with the way."""

from datetime import UTC, datetime
from typing import Any

import pytest

from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.routes.admin.asked import Asked, Field, Order, cursor_at, read_asked

FIELDS: dict[str, Field[str]] = {
    "id": Field("id", int, filters=False),
    "name": Field("name"),
    "state": Field("state", choices=("on", "off"), sorts=False),
    "weight": Field("weight", int),
    "free": Field("free", bool),
    "at": Field("at", datetime, filters=False),
    "since": Field("at", datetime, sorts=False),
}


def asked(*query: tuple[str, str]) -> Asked:
    """Read a query of the list above."""
    return read_asked(query, FIELDS, key="id", usual="name")


class TestReadAsked:
    def test_nothing_asked_is_the_usual(self) -> None:
        """By name, and by number where names are equal."""
        assert asked() == Asked("", {}, [Order("name"), Order("id")], 50, None)

    def test_everything_at_once(self) -> None:
        """Filters come as what they compare with."""
        wanted = asked(
            ("q", " eu "),
            ("state", "on"),
            ("weight", "-3"),
            ("free", "true"),
            ("sort", "-at,id"),
            ("limit", "7"),
        )

        assert wanted == Asked(
            q="eu",
            filters={"state": "on", "weight": -3, "free": True},
            order=[Order("at", descending=True), Order("id")],
            limit=7,
            after=None,
        )

    @pytest.mark.parametrize(
        "text", ["2026-11-27T15:00:00Z", "2026-11-27T15:00:00", "2026-11-27T17:00:00+02:00"]
    )
    def test_a_moment_without_a_zone_is_in_utc(self, text: str) -> None:
        """All others are turned into it."""
        assert asked(("since", text)).filters == {"since": datetime(2026, 11, 27, 15, tzinfo=UTC)}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            pytest.param("since", "2026-11-27", id="a day"),
            pytest.param("since", "0001-01-01T00:00:00+14:00", id="before all time"),
            pytest.param("colour", "red", id="unknown"),
            pytest.param("id", "3", id="a field that filters nothing"),
            pytest.param("state", "maybe", id="no choice"),
            pytest.param("weight", "1.5", id="no whole number"),
            pytest.param("weight", "9" * 19, id="more than a column holds"),
            pytest.param("weight", "1_0", id="a number for programmers"),
            pytest.param("free", "yes", id="no flag"),
            pytest.param("name", "a\x00b", id="a character that no database takes"),
            pytest.param("q", "x" * 1001, id="too long"),
            pytest.param("sort", "name,colour", id="unknown order"),
            pytest.param("sort", "", id="no order"),
            pytest.param("sort", "name,", id="half an order"),
            pytest.param("sort", "state", id="a field that sorts nothing"),
            pytest.param("limit", "0", id="no item"),
            pytest.param("limit", "201", id="too many"),
            pytest.param("limit", "", id="no number"),
            pytest.param("cursor", "x", id="no cursor"),
            pytest.param("cursor", "é", id="a cursor of other letters"),
        ],
    )
    def test_what_makes_no_sense_is_named(self, name: str, value: str) -> None:
        """By the parameter."""
        with pytest.raises(ChangeRefused) as caught:
            asked((name, value))

        assert caught.value.field == name

    def test_a_parameter_comes_once(self) -> None:
        """Nobody knows which of two is meant."""
        with pytest.raises(ChangeRefused, match="twice"):
            asked(("name", "a"), ("name", "b"))


class TestCursor:
    ORDER = (Order("name"), Order("id"))

    @pytest.mark.parametrize("values", [["a", 1], ["", 0], ["é\u2028", 2**53]], ids=str)
    def test_it_leads_to_where_it_was_made(self, values: list[Any]) -> None:
        """Values keep their kinds."""
        assert asked(("cursor", cursor_at(self.ORDER, values))).after == values

    def test_it_belongs_to_its_order(self) -> None:
        """In another one it would lead anywhere."""
        cursor = cursor_at(self.ORDER, ["a", 1])
        with pytest.raises(ChangeRefused, match="another order"):
            asked(("cursor", cursor), ("sort", "-name"))

    @pytest.mark.parametrize("values", [["a"], ["a", "b"], ["a", 1, 2], [None, 1]], ids=str)
    def test_one_that_was_tampered_with_is_refused(self, values: list[Any]) -> None:
        """Too few values, too many, or others than the fields have."""
        with pytest.raises(ChangeRefused) as caught:
            asked(("cursor", cursor_at(self.ORDER, values)))

        assert caught.value.field == "cursor"
