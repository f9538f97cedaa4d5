"""Things that are asked for stay, idle ones go, and looking for them is rare."""

from oblivious.infra.state.remembered import Remembered


class Thing:
    """Idle from a moment on."""

    looked_at = 0

    def __init__(self, key: int) -> None:
        self.ends = key

    def idle(self, now: int) -> bool:
        """Whether that moment has come."""
        type(self).looked_at += 1
        return now >= self.ends


def test_what_is_needed_stays_the_same() -> None:
    """However many come after it."""
    things = Remembered(Thing)
    first = things.at(9_999, 0)

    for n in range(1_000):
        things.at(n, 0)

    assert things.at(9_999, 0) is first
    assert things.get(500) is not None


def test_idle_ones_make_room() -> None:
    """Of ten thousand of which few live at once, few are kept."""
    things = Remembered(Thing)

    for now in range(10_000):
        things.at(now + 10, now)

    assert len(things) <= 64
    assert things.get(5) is None
    assert things.get(9_999) is not None


def test_many_that_live_are_looked_at_seldom() -> None:
    """Each new one costs the same, however many there are."""
    Thing.looked_at = 0
    things = Remembered(Thing)

    for n in range(10_000):
        things.at(20_000 + n, 0)

    assert len(things) == 10_000
    assert Thing.looked_at < 20_000
