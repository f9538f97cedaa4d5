"""Small values with a life, in bounded memory."""

_ENTRY_COST = 200
"""What an entry weighs beside its key and value, bytes, about."""


class Values:
    """A mapping that forgets: what is out of date, and the oldest once it holds more than `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._room = max_bytes
        self._kept: dict[str, tuple[bytes, int]] = {}

    def get(self, key: str, now: int) -> bytes | None:
        """Return the value, or None if it is gone."""
        value, until = self._kept.get(key, (b"", 0))
        return value if until > now else None

    def put(self, key: str, value: bytes, until: int) -> None:
        """Keep the value until then."""
        self.forget(key)
        self._room -= _weight(key, value)
        self._kept[key] = (value, until)
        while self._room < 0:
            self.forget(next(iter(self._kept)))

    def forget(self, key: str) -> None:
        """Drop the value if it is there."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._room += _weight(key, kept[0])


def _weight(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_COST
