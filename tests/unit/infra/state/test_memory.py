"""What only the store in memory can show."""

from oblivious.contracts.meters import Meter, MeterKind, Need
from oblivious.infra.state.memory import MemoryStateStore
from tests.fakes.clock import FakeClock


class TestValues:
    async def test_a_value_ends_with_its_life(self) -> None:
        """It is there to the last millisecond."""
        clock = FakeClock()
        store = MemoryStateStore(now=clock)
        await store.put("a", b"1", 1_000)

        clock.advance(999)
        assert await store.get("a") == b"1"
        clock.advance(1)
        assert await store.get("a") is None

    async def test_the_oldest_make_room(self) -> None:
        """Memory is bounded; what was put again is young again."""
        store = MemoryStateStore(max_value_bytes=3_000)
        for key in ("a", "b", "a", "c"):
            await store.put(key, b"." * 1_000, 60_000)

        assert [await store.get(key) is not None for key in "abc"] == [True, False, True]

    async def test_what_is_larger_than_all_room_is_not_kept(self) -> None:
        """And leaves nothing behind that takes room."""
        store = MemoryStateStore(max_value_bytes=3_000)
        await store.put("large", b"." * 4_000, 60_000)
        await store.put("a", b"." * 2_500, 60_000)

        assert (await store.get("large"), await store.get("a")) == (None, b"." * 2_500)

    async def test_large_values_push_no_small_ones_out(self) -> None:
        """Who owns a response must not be forgotten for what a model thought."""
        store = MemoryStateStore(max_value_bytes=3_000)
        await store.put("small", b"1", 60_000)
        for number in range(9):
            await store.put(f"large {number}", b"." * 2_000, 60_000)

        assert await store.get("small") == b"1"
        assert await store.get("large 0") is None


class TestBounds:
    async def test_an_account_that_is_over_leaves_nothing(self) -> None:
        """Accounts nobody knows any more go with their entries and windows."""
        clock = FakeClock()
        store = MemoryStateStore(now=clock)
        window = Meter("requests", "k:rpm", MeterKind.WINDOW, 9, 1, 60_000)
        for account in range(50):
            await store.take(Need("x", account, 5, None, (window,), 1_000))

        clock.advance(200_000)
        assert await store.sweep() == 50

        assert not store._accounts
