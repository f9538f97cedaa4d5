"""A body while it is worked on: members that nobody looks at are not even read."""

from typing import Any

import msgspec

from oblivious.adapters.lenient import BROKEN
from oblivious.adapters.members import members_of
from oblivious.channels.shaping.paths import Spot, Steps, keys_at, spots
from oblivious.channels.shaping.patience import GaveUp, Patience

_GROWTH_BYTES = 1024 * 1024


class Document:
    """A JSON object; its members stay bytes until a path leads into them, and if nothing changes there.

    Attributes:
        dirty: something was changed.
        patience: how long all regular expressions together may take.
    """

    __slots__ = ("_came", "_members", "_room", "dirty", "patience")

    def __init__(self, body: bytes) -> None:
        """Read the names at its top.

        Raises:
            NotJson: it is none.
            NotAnObject: it is JSON, but no object.
        """
        self._members: dict[str, Any] = dict(members_of(body))
        self._came: dict[str, msgspec.Raw] = {}
        self._room = _GROWTH_BYTES
        self.dirty = False
        self.patience = Patience(len(body))

    def spots(self, steps: Steps) -> list[Spot]:
        """Return where the steps lead, and where what they name could be added; for a look, or a change."""
        if len(steps) > 1:
            self._open(steps[0])
        return list(spots(self._members, steps))

    def places(self, steps: Steps) -> list[Spot]:
        """Return where the steps lead to something that is there, with what is there read."""
        self._open(steps[0])
        return [spot for spot in spots(self._members, steps) if spot.there]

    def values(self, steps: Steps) -> list[Any]:
        """Return what stands where the steps lead."""
        return [spot.holder[spot.key] for spot in self.places(steps)]

    def names(self) -> list[str]:
        """Return the names at its top."""
        return list(self._members)

    def member(self, name: str) -> Any:
        """Return what stands under a name at its top; None where nothing does."""
        self._open(name)
        return self._members.get(name)

    def put(self, name: str, value: Any) -> str:
        """Let something stand under a name at its top; return the name."""
        self._members[name] = value
        self.changed((name,))
        return name

    def remove(self, name: str) -> None:
        """Take a member at its top away."""
        del self._members[name]
        self.changed((name,))

    def changed(self, steps: Steps) -> None:
        """Remember that something has changed where the steps lead."""
        self.dirty = True
        if steps[0] is None:
            self._came.clear()
        else:
            self._came.pop(steps[0], None)

    def grow(self, size: int) -> None:
        """Count so many bytes that come to it.

        Raises:
            GaveUp: it would become too large.
        """
        if size > self._room:
            raise GaveUp("grew too large")
        self._room -= max(0, size)

    def encoded(self) -> bytes:
        """Return it as it is now; members without a change as they came."""
        return msgspec.json.encode(self._members | self._came)

    def _open(self, step: str | None) -> None:
        for name in keys_at(self._members, step):
            raw = self._members[name]
            if isinstance(raw, msgspec.Raw):
                self._read(name, raw)

    def _read(self, name: str, raw: msgspec.Raw) -> None:
        try:
            self._members[name] = msgspec.json.decode(raw)
        except BROKEN:  # it goes up as it came, and no path leads into it
            return
        self._came[name] = raw
