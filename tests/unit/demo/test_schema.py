from typing import Any

import pytest

from oblivious.demo.schema import sample


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
        ({}, "demo"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_sample_fits_its_schema(schema: dict[str, Any], value: object) -> None:
    """Every kind of schema has its value."""
    assert sample(schema) == value
