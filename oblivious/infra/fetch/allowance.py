from oblivious.infra.fetch.errors import TooLarge


class Allowance:
    """How many bytes may still come, of one thing or of several together."""

    __slots__ = ("_words", "left")

    def __init__(self, size: int, words: str) -> None:
        """Take the size, and what is said of anything above it."""
        self.left = size
        self._words = words

    def check(self, size: int) -> None:
        """Look whether so many may come.

        Raises:
            TooLarge: they may not.
        """
        if size > self.left:
            raise TooLarge(self._words)

    def take(self, size: int) -> None:
        """Let so many come.

        Raises:
            TooLarge: there are not so many left.
        """
        self.check(size)
        self.left -= size
