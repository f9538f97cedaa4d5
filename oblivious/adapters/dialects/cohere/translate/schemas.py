"""Schemas of answers that Cohere takes (its page on structured outputs, read 2026-11-27)."""

from typing import Any, TypeGuard

from oblivious.adapters.lenient import Json, is_list, is_object


def is_taken(schema: Any) -> TypeGuard[Json]:
    """Whether it describes an object, and every object in it requires a member."""
    if not is_object(schema) or schema.get("type") != "object":
        return False
    waiting: list[Any] = [schema]
    while waiting:
        value = waiting.pop()
        if is_object(value):
            if value.get("type") == "object" and not value.get("required"):
                return False
            waiting += value.values()
        elif is_list(value):
            waiting += value
    return True
