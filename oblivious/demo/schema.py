"""Arguments that fit a tool's JSON schema."""

from collections.abc import Callable
from typing import Any, cast

Schema = dict[str, Any]

_BY_TYPE: dict[str, Any] = {"string": "demo", "integer": 1, "number": 1.5, "boolean": True, "null": None}
_NUMBERED = {1: "string", 2: "number", 3: "integer", 4: "boolean", 5: "array", 6: "object"}
"""Google's types as clients on protocol buffers write them."""


def sample(schema: Schema) -> Any:
    """Return a value that fits a simple JSON schema: its enum, constant or default, else one of its type."""
    for key, pick in _PICKS.items():
        if schema.get(key):
            return pick(schema[key])
    kind = _kind(schema)
    if kind == "object":
        return sample_object(schema)
    if kind == "array":
        return [sample(_schema(schema.get("items")))]
    return _BY_TYPE.get(kind, "demo")


def sample_object(schema: Schema) -> Schema:
    """Return an object with a value for every property that the schema names."""
    properties = _schema(schema.get("properties"))
    return {name: sample(_schema(part)) for name, part in properties.items()}


def _kind(schema: Schema) -> str:
    kind: str | int | list[str] = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, int):
        return _NUMBERED.get(kind, "string")
    return (kind if isinstance(kind, str) else kind[0]).lower()


def _schema(value: Any) -> Schema:
    return cast("Schema", value) if isinstance(value, dict) else {}


def _first(options: Any) -> Any:
    return options[0]


def _first_schema(options: Any) -> Any:
    return sample(_schema(options[0]))


def _same(value: Any) -> Any:
    return value


_PICKS: dict[str, Callable[[Any], Any]] = {
    "const": _same,
    "default": _same,
    "enum": _first,
    "anyOf": _first_schema,
    "oneOf": _first_schema,
}
