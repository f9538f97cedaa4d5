from typing import Any

import pytest

from oblivious.adapters.dialects.gemini.translate.schemas import json_schema


class TestJsonSchema:
    @pytest.mark.parametrize(
        ("schema", "expected"),
        [
            ({"type": "STRING"}, {"type": "string"}),
            ({"type": "TYPE_UNSPECIFIED", "title": "T"}, {"title": "T"}),
            ({"type": "STRING", "nullable": True}, {"type": ["string", "null"]}),
            (
                {"type": "STRING", "format": "enum", "enum": ["a"], "nullable": True},
                {"type": ["string", "null"], "enum": ["a", None]},
            ),
            (
                {"anyOf": [{"type": "STRING"}], "nullable": True},
                {"anyOf": [{"type": "string"}, {"type": "null"}]},
            ),
            (
                {
                    "type": "OBJECT",
                    "properties": {"any_of": {"type": "INTEGER", "format": "int32"}},
                    "required": ["any_of"],
                    "property_ordering": ["any_of"],
                },
                {
                    "type": "object",
                    "properties": {"any_of": {"type": "integer", "format": "int32"}},
                    "required": ["any_of"],
                },
            ),
            (
                {"type": "ARRAY", "items": {"any_of": [{"type": "NUMBER"}]}, "min_items": "3"},
                {"type": "array", "items": {"anyOf": [{"type": "number"}]}, "minItems": 3},
            ),
            (
                {"$schema": "x", "type": ["string", "null"], "additionalProperties": False, "x_own": 1},
                {"$schema": "x", "type": ["string", "null"], "additionalProperties": False, "x_own": 1},
            ),
            (
                {"type": 6, "properties": {"a": {"type": 5, "items": {"type": 99}}}},
                {"type": "object", "properties": {"a": {"type": "array", "items": {}}}},
            ),
            ({"items": True, "properties": [], "anyOf": 7}, {"items": True, "properties": [], "anyOf": 7}),
        ],
    )
    def test_what_becomes_of_it(self, schema: Any, expected: Any) -> None:
        """Types in lower case, null as a type, counts as numbers; the name of a property is no keyword."""
        assert json_schema(schema) == expected
