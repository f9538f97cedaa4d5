"""Arguments that fit a tool's JSON schema."""

from collections.abc import Callable
from typing import Any, cast

Schema = dict[str, Any]

_BY_TYPE: dict[str, Any] = {"string": "demo", "integer": 1, "number": 1.5, "boolean": True, "null": None}
_NUMBERED = {1: "string", 2: "number", 3: "integer", 4: "boolean", 5: "array", 6: "object"}
"""Google's types as clients on protocol buffers write them."""


ANY_JSON: Schema = {"type": "object", "properties": {"demo": {"type": "string"}}}
"""What an answer that has to be JSON is where nobody says of what."""

_FORMS = frozenset({"json_schema", "json_object"})


def schema_of(form: Any) -> Schema | None:
    """Return what an answer is JSON of, as OpenAI and Anthropic write it; None if it may be prose."""
    given = _schema(form)
    if given.get("type") not in _FORMS:
        return None
    inner = _schema(given.get("json_schema")) or given
    return _schema(inner.get("schema")) or ANY_JSON


def sample(schema: Schema) -> Any:
    """Return a value that fits a simple JSON schema: its enum, constant or default, else one of its type."""
    return _Sampler(schema).value(schema)


def sample_object(schema: Schema) -> Schema:
    """Return an object with a value for every property that the schema names."""
    return _Sampler(schema).members(schema)


class _Sampler:
    """Makes values of the parts of one schema; none of those they refer to is followed into itself."""

    def __init__(self, whole: Schema) -> None:
        self._whole = whole
        self._within: list[str] = []

    def value(self, schema: Schema) -> Any:
        for key, pick in _PICKS.items():
            if schema.get(key):
                return pick(self, schema[key])
        kind = _kind(schema)
        if kind == "object":
            return self.members(schema)
        if kind == "array":
            return [self.value(_schema(schema.get("items")))]
        return _BY_TYPE.get(kind, "demo")

    def members(self, schema: Schema) -> Schema:
        properties = _schema(schema.get("properties"))
        return {name: self.value(_schema(part)) for name, part in properties.items()}

    def first(self, options: Any) -> Any:
        return self.value(_schema(options[0]))

    def referred(self, reference: str) -> Any:
        if reference in self._within:
            return None
        self._within.append(reference)
        found = self.value(self._at(reference))
        self._within.pop()
        return found

    def _at(self, reference: str) -> Schema:
        place = self._whole
        for name in reference.split("/")[1:]:
            place = _schema(place.get(name))
        return place


def _kind(schema: Schema) -> str:
    kind: str | int | list[str] = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, int):
        return _NUMBERED.get(kind, "string")
    return (kind if isinstance(kind, str) else kind[0]).lower()


def _schema(value: Any) -> Schema:
    return cast("Schema", value) if isinstance(value, dict) else {}


_PICKS: dict[str, Callable[[_Sampler, Any], Any]] = {
    "$ref": _Sampler.referred,
    "const": lambda _, value: value,
    "default": lambda _, value: value,
    "enum": lambda _, options: options[0],
    "anyOf": _Sampler.first,
    "oneOf": _Sampler.first,
}
