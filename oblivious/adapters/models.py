"""Model lists as clients of each dialect expect them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI


class ModelCard(msgspec.Struct, frozen=True):
    """A model as the caller may see it.

    Attributes:
        created: seconds since 1970.
        owner: who is said to own it: a provider, never an account of ours.
    """

    name: str
    created: int
    owner: str


def models_page(models: Sequence[ModelCard], dialect: str) -> bytes:
    """Return the list of all models as JSON; it has one page."""
    data = [_shaped(model, dialect) for model in models]
    if dialect == GEMINI:
        return msgspec.json.encode({"models": data})
    if dialect == ANTHROPIC:
        first = models[0].name if models else None
        last = models[-1].name if models else None
        return msgspec.json.encode({"data": data, "has_more": False, "first_id": first, "last_id": last})
    return msgspec.json.encode({"object": "list", "data": data})


def model_page(model: ModelCard, dialect: str) -> bytes:
    """Return one model as JSON."""
    return msgspec.json.encode(_shaped(model, dialect))


def _shaped(model: ModelCard, dialect: str) -> dict[str, Any]:
    if dialect == ANTHROPIC:
        created = datetime.fromtimestamp(model.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        named = {"type": "model", "id": model.name, "display_name": model.name, "created_at": created}
        return {**named, "lifecycle": "active"}
    if dialect == GEMINI:
        return {
            "name": f"models/{model.name}",
            "displayName": model.name,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        }
    return {"id": model.name, "object": "model", "created": model.created, "owned_by": model.owner}
