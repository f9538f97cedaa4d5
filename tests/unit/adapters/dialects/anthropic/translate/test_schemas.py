from typing import Any

import pytest

from oblivious.adapters.dialects.anthropic.translate.schemas import closed

_TEXT = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _deep(levels: int) -> Any:
    return {"type": "array", "items": _deep(levels - 1)} if levels else _TEXT


class TestClosed:
    def test_objects_are_closed_at_every_depth(self) -> None:
        """In properties, lists, alternatives and definitions."""
        inner = _object(b=_TEXT)
        schema = {
            **_object(a=inner, c={"type": "array", "items": inner}, d={"oneOf": [inner, {"type": "null"}]}),
            "$defs": {"e": inner},
        }
        shut = {**inner, "additionalProperties": False}

        assert closed(schema) == {
            **_object(a=shut, c={"type": "array", "items": shut}, d={"anyOf": [shut, {"type": "null"}]}),
            "$defs": {"e": shut},
            "additionalProperties": False,
        }

    @pytest.mark.parametrize(
        ("schema", "expected"),
        [
            ({"type": "integer", "minimum": 1}, {"type": "integer", "description": '{"minimum":1}'}),
            (
                {"type": "string", "description": "d", "maxLength": 5},
                {"type": "string", "description": 'd\n\n{"maxLength":5}'},
            ),
            ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
            ({"type": "string", "format": "odd"}, {"type": "string", "description": '{"format":"odd"}'}),
            ({"type": "array", "minItems": 1}, {"type": "array", "minItems": 1}),
            ({"type": "array", "minItems": 2}, {"type": "array", "description": '{"minItems":2}'}),
        ],
        ids=str,
    )
    def test_bounds_move_into_the_description(self, schema: Any, expected: Any) -> None:
        """There the model can still read them."""
        found = closed(_object(a=schema))

        assert found is not None
        assert found["properties"]["a"] == expected

    @pytest.mark.parametrize(
        "schema",
        [
            {"type": "object"},
            {"type": "object", "properties": {}},
            {**_object(a=_TEXT), "additionalProperties": True},
            _object(a={"not": _TEXT}),
            _object(a={"type": "object", "patternProperties": {"x": _TEXT}}),
            _object(a=_deep(100)),
            "no schema",
        ],
        ids=["any-object", "no-properties", "open", "not", "patterns", "too-deep", "nonsense"],
    )
    def test_what_would_change_its_meaning_does_not_fit(self, schema: Any) -> None:
        """A map that was closed would always be empty."""
        assert closed(schema) is None
