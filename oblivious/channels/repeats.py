"""How many tries of what has failed there may be: a share of the traffic, so that no outage is fed."""

_SHARE = 0.2
_MOST = 100.0
_FIRST = 10.0


class Repeats:
    """A purse that every exchange pays a share of a try into; the first tries of others cost nothing."""

    __slots__ = ("_left", "_share")

    def __init__(self, share: float = _SHARE) -> None:
        """Begin with enough for a gateway that has no traffic yet."""
        self._share = share
        self._left = _FIRST

    def earn(self) -> None:
        """Count an exchange."""
        self._left = min(_MOST, self._left + self._share)

    def spend(self) -> bool:
        """Take one try out, if there is one."""
        if self._left < 1:
            return False
        self._left -= 1
        return True
