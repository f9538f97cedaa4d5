"""JSON Schemas for answers as Anthropic takes them (its guide to structured outputs, 2026-11).

Every object must be closed. Bounds of numbers, texts and lists are not enforced: they are moved into the
description, where the model can read them. What would change the meaning of a schema makes it unfit.
"""

from typing import Any

import msgspec

from oblivious.adapters.lenient import Json, is_list, is_object

_BOUNDS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"}
    | {"pattern", "maxItems", "uniqueItems", "minProperties", "maxProperties"}
)
_UNFIT = frozenset(
    {"not", "if", "then", "else", "patternProperties", "propertyNames", "prefixItems", "contains"}
    | {"dependentSchemas", "dependentRequired", "dependencies", "unevaluatedProperties", "unevaluatedItems"}
)
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
)
_NAMED_SCHEMAS = frozenset({"properties", "$defs", "definitions"})
_LISTED_SCHEMAS = frozenset({"anyOf", "oneOf", "allOf"})
_DEEPEST = 64


class _UnfitError(Exception):
    """The schema cannot be said without changing what it means."""


def closed(schema: Any) -> Json | None:
    """Return the schema as Anthropic takes it, None where it cannot take it."""
    if not is_object(schema):
        return None
    try:
        return _closed(schema, 0)
    except _UnfitError:
        return None


def _closed(schema: Json, depth: int) -> Json:
    if depth > _DEEPEST or not _UNFIT.isdisjoint(schema):
        raise _UnfitError
    written: Json = {}
    moved: Json = {}
    for name, value in schema.items():
        if name in _BOUNDS or _is_loose(name, value):
            moved[name] = value
        else:
            written["anyOf" if name == "oneOf" else name] = _inner(name, value, depth + 1)
    if "properties" in schema or schema.get("type") == "object":
        if schema.get("additionalProperties") not in (None, False) or not schema.get("properties"):
            raise _UnfitError
        written["additionalProperties"] = False
    return written | _described(schema.get("description"), moved)


def _is_loose(name: str, value: Any) -> bool:
    """Whether a member says a bound in a way that is not enforced."""
    if name == "minItems":
        return value not in (0, 1)
    return name == "format" and (not isinstance(value, str) or value not in _FORMATS)


def _inner(name: str, value: Any, depth: int) -> Any:
    if name in _NAMED_SCHEMAS and is_object(value):
        return {key: _maybe_closed(inner, depth) for key, inner in value.items()}
    if name in _LISTED_SCHEMAS and is_list(value):
        return [_maybe_closed(inner, depth) for inner in value]
    return _maybe_closed(value, depth) if name == "items" else value


def _maybe_closed(value: Any, depth: int) -> Any:
    return _closed(value, depth) if is_object(value) else value


def _described(description: Any, moved: Json) -> Json:
    if not moved:
        return {}
    bounds = msgspec.json.encode(moved).decode()
    return {"description": f"{description}\n\n{bounds}" if isinstance(description, str) else bounds}
