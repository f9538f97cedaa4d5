"""The canned words, and where they are cut. A token of the demo is a word."""

from functools import lru_cache

STATEMENT = (
    "This is Oblivious' demo upstream: no model has read your message, and these words were written long ago."
)
THOUGHT = "A demo does not think, it only shows where thoughts would be."
_FILLER = "After them come as many more as the caller has asked for, and they say nothing new:"
DEFAULT_LENGTH = len(STATEMENT.split())


@lru_cache(maxsize=256)
def canned(length: int) -> tuple[str, ...]:
    """Return `length` words in pieces that add up to a text; each piece but the first starts with a space."""
    words = STATEMENT.split()
    while len(words) < length:
        words += _FILLER.split()
    return pieces(" ".join(words[:length]))


def pieces(text: str) -> tuple[str, ...]:
    """Split a text into words that add up to it again."""
    first, *rest = text.split(" ")
    return (first, *(f" {word}" for word in rest)) if text else ()


def count(text: str) -> int:
    """Return how many demo tokens a text has."""
    return len(text.split())


def cut_at_stop(words: tuple[str, ...], stops: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Return what comes before the first stop sequence, and which one that was; else all and None."""
    text = "".join(words)
    found = [(at, stop) for stop in stops if stop and (at := text.find(stop)) >= 0]
    if not found:
        return words, None
    at, stop = min(found)
    return pieces(text[:at]), stop
