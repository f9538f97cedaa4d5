"""Small values with a life, in bounded memory."""

_ENTRY_COST = 200
"""What an entry weighs beside its key and value, bytes, about."""

_SMALL_BYTES = 1024


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


class Shelves:
    """Small and large values, each with `max_bytes` of their own: a few large ones push no small ones out."""

    def __init__(self, max_bytes: int) -> None:
        self._small, self._large = Values(max_bytes), Values(max_bytes)

    def get(self, key: str, now: int) -> bytes | None:
        """Return the value, or None if it is gone."""
        value = self._small.get(key, now)
        return self._large.get(key, now) if value is None else value

    def put(self, key: str, value: bytes, until: int) -> None:
        """Keep the value until then."""
        self.forget(key)
        shelf = self._small if len(value) <= _SMALL_BYTES else self._large
        shelf.put(key, value, until)

    def forget(self, key: str) -> None:
        """Drop the value if it is there."""
        self._small.forget(key)
        self._large.forget(key)


def _weight(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_COST
