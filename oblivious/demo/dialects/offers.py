"""The models that the demo lists."""

from datetime import UTC, datetime

MODELS = ("demo-chat", "demo-embedding", "demo-moderation")
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def model_in(path: str) -> str:
    """Return the model id at the end of a path; it may have slashes itself."""
    return path.partition("/models/")[2]
