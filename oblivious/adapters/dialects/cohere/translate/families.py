"""What Cohere's models can do, by their names (its page on models, read 2026-11-27)."""

import re

_SILENT = re.compile(r"^(command$|command-(light|nightly|r)|command-a-(03|translate|vision)|(c4ai-)?aya)")
"""Names of models that do not think; Cohere refuses a wish for it there."""


def thinks(model: str) -> bool:
    """Say whether a model may think before it answers; one that nobody knows may."""
    return _SILENT.search(model) is None
