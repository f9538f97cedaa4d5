"""Operators' regular expressions, which can never hold anybody up for long."""

import time
from collections.abc import Iterator
from functools import lru_cache

import regex

_MOST_CHARACTERS = 500
_SECONDS = 0.02
_SECONDS_A_BYTE = 0.2e-6
"""Of the processor's time; a simple expression takes a third of it."""

IGNORING_CASE = regex.IGNORECASE

LARGE_BYTES = 256 * 1024
"""A body larger than this is worked on in a thread, where a search must not hold up the others."""


class GaveUp(Exception):
    """An operation would take too long, or make the body too large; it does nothing."""


@lru_cache(4096)
def pattern_of(text: str, flags: int = 0) -> regex.Pattern[str]:
    """Read a regular expression; `flags` are none or `IGNORING_CASE`.

    Raises:
        ValueError: says what is wrong with it.
    """
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"is longer than {_MOST_CHARACTERS} characters")
    try:
        return regex.compile(text, flags)
    except (regex.error, ArithmeticError, RecursionError, ValueError, LookupError) as error:
        raise ValueError(f"is no regular expression: {error}") from None


class Patience:
    """Time for all the searches in a body of so many bytes; its `seconds` are what is left of it."""

    __slots__ = ("_concurrent", "seconds")

    def __init__(self, size: int) -> None:
        self.seconds = _SECONDS + size * _SECONDS_A_BYTE
        self._concurrent = size > LARGE_BYTES

    def finds(self, pattern: regex.Pattern[str], text: str) -> bool:
        """Whether the pattern is found in a text.

        Raises:
            GaveUp: the time is over.
        """
        return next(self.matches(pattern, text), None) is not None

    def matches(self, pattern: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
        """Yield every match, the first one first.

        Raises:
            GaveUp: the time is over.
        """
        since = time.thread_time()
        try:
            timeout = max(0.0, self.seconds)
            for match in pattern.finditer(text, timeout=timeout, concurrent=self._concurrent):
                yield match
                if time.thread_time() - since > self.seconds:
                    raise TimeoutError  # noqa: TRY301 - as the search itself does
        except TimeoutError:
            raise GaveUp("took too long") from None
        finally:
            self.seconds -= time.thread_time() - since
