"""From Google's schemas, which are a dialect of OpenAPI, to JSON Schema."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.dialects.gemini.translate.enums import TYPES, named
from oblivious.adapters.dialects.gemini.translate.names import camel
from oblivious.adapters.lenient import Json, is_list, is_object

_UNSPECIFIED = "type_unspecified"
_NULL = "null"


def json_schema(schema: Any) -> Any:
    """Return JSON Schema for a schema of Google's; what is JSON Schema already comes back alike."""
    if not is_object(schema):
        return schema
    out: Json = {}
    for written, value in schema.items():
        name = camel(written) if camel(written) in _KNOWN else written
        read = _READERS.get(name)
        if name not in _GOOGLES:
            out[name] = value if read is None else read(value)
    if out.get("type") == _UNSPECIFIED:
        del out["type"]
    if out.get("format") == "enum":
        del out["format"]
    return _nullable(out) if schema.get("nullable") is True else out


def _nullable(schema: Json) -> Json:
    """Return a schema that also takes null."""
    kind = schema.get("type")
    if isinstance(kind, str):
        schema["type"] = [kind, _NULL]
        if is_list(schema.get("enum")):
            schema["enum"] = [*schema["enum"], None]
    elif is_list(schema.get("anyOf")):
        schema["anyOf"] = [*schema["anyOf"], {"type": _NULL}]
    return schema


def _type(value: Any) -> Any:
    if is_list(value):
        return [_type(each) for each in value]
    kind = named(value, TYPES)
    return kind.lower() if isinstance(kind, str) else kind


def _each(value: Any) -> Any:
    return [json_schema(each) for each in value] if is_list(value) else value


def _by_name(value: Any) -> Any:
    return {name: json_schema(each) for name, each in value.items()} if is_object(value) else value


def _whole(value: Any) -> Any:
    """Return a count; Google writes large integers as texts."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


_READERS: dict[str, Callable[[Any], Any]] = {
    "type": _type,
    "items": json_schema,
    "additionalProperties": json_schema,
    "properties": _by_name,
    "$defs": _by_name,
    "anyOf": _each,
    "oneOf": _each,
    "allOf": _each,
    "prefixItems": _each,
    **dict.fromkeys(
        ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"), _whole
    ),
}

_GOOGLES = frozenset({"nullable", "propertyOrdering"})
"""Members that JSON Schema has not, or says otherwise."""

_KNOWN = frozenset({*_READERS, *_GOOGLES})
