from typing import Any

import pytest

from oblivious.demo.schema import ANY_JSON, sample, schema_of


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "demo"),
        ({"type": "integer"}, 1),
        ({"type": "number"}, 1.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["integer", "null"]}, 1),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": "c"}, "c"),
        ({"type": "integer", "default": 7}, 7),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, 1),
        ({"properties": {"a": {"type": "object", "properties": {"b": {}}}}}, {"a": {"b": "demo"}}),
        ({"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}}, {"a": 1}),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"type": "integer"}}}, 1),
        (
            {"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"a": {"$ref": "#/$defs/A"}}}}},
            {"a": None},
        ),
        ({"$ref": "#", "type": "object"}, None),
        ({"$ref": "#/$defs/Absent"}, "demo"),
        ({}, "demo"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_sample_fits_its_schema(schema: dict[str, Any], value: object) -> None:
    """Every kind of schema has its value."""
    assert sample(schema) == value


@pytest.mark.parametrize(
    ("form", "schema"),
    [
        (
            {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
            {"type": "object"},
        ),
        ({"type": "json_schema", "name": "n", "schema": {"type": "object"}}, {"type": "object"}),
        ({"type": "json_object"}, ANY_JSON),
        ({"type": "text"}, None),
        (None, None),
    ],
    ids=["chat completions", "responses and messages", "any object", "prose", "nothing"],
)
def test_a_form_says_its_schema(form: Any, schema: Any) -> None:
    """As each dialect writes it."""
    assert schema_of(form) == schema
