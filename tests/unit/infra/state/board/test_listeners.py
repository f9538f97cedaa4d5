"""Changes within a process: all hear all, and none can make memory grow."""

from oblivious.infra.state.board.listeners import Listeners
from oblivious.infra.state.board.protocol import RESYNCHRONISE, Change, Health


def change(n: int) -> Change:
    return Change(f"k{n}", Health(window="0"))


class TestListeners:
    async def test_one_who_falls_behind_is_told_so(self) -> None:
        """What it missed is gone; those who keep up miss nothing."""
        listeners = Listeners(most_unread=3)
        slow, quick = listeners.changes(), listeners.changes()
        heard = [await anext(quick)]
        assert await anext(slow) is RESYNCHRONISE

        for n in range(5):
            listeners.tell(change(n))
            heard.append(await anext(quick))

        assert heard == [RESYNCHRONISE, *map(change, range(5))]
        assert [await anext(slow) for _ in range(2)] == [RESYNCHRONISE, change(4)]

    async def test_one_who_begins_late_hears_what_comes_then(self) -> None:
        """And is told to ask for the rest."""
        listeners = Listeners()
        listeners.tell(change(1))
        late = listeners.changes()

        assert await anext(late) is RESYNCHRONISE
        listeners.tell(change(2))
        assert await anext(late) == change(2)

    async def test_one_who_stops_is_forgotten(self) -> None:
        """The others still hear."""
        listeners = Listeners()
        gone, stays = listeners.changes(), listeners.changes()
        for heard in (gone, stays):
            await anext(heard)

        await gone.aclose()
        listeners.tell(change(1))

        assert await anext(stays) == change(1)
