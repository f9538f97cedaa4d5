"""Service tiers: neutral chat has OpenAI's words for them."""

_WISHES = {"auto": "auto", "standard_only": "default"}
_WISHED = {"auto": "auto", "default": "standard_only", "standard": "standard_only", "priority": "auto"}
_SERVED = {"standard": "default", "priority": "priority", "batch": "batch"}
_WRITTEN = {neutral: own for own, neutral in _SERVED.items()}


def read_wish(tier: str) -> str:
    """Return the tier that a client wishes, in neutral words."""
    return _WISHES.get(tier, tier)


def write_wish(tier: str) -> str:
    """Return the tier that an upstream is asked for, empty where it has none like it."""
    return _WISHED.get(tier, "")


def read_served(tier: object) -> str:
    """Return the tier in which an answer was made, in neutral words; empty if nobody said."""
    return _SERVED.get(tier, tier) if isinstance(tier, str) else ""


def write_served(tier: str) -> str | None:
    """Return the tier for a client, None where this dialect has no word for it."""
    return _WRITTEN.get(tier)
