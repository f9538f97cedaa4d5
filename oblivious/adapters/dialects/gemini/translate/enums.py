"""Google's enumerations by number: clients on protocol buffers send numbers for names (2026-11)."""

from typing import Any

TYPES = ("TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL")
MODES = ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED")
MODALITIES = ("MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO")


def named(value: Any, names: tuple[str, ...]) -> Any:
    """Return the name for a number, the first for one that is not known; anything else comes back alike."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return names[value] if 0 <= value < len(names) else names[0]
