from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import DisabledKey, UnknownKey
from oblivious.identity.known import KnownBad, KnownCallers


def caller(key_id: int) -> Caller:
    return Caller(key_id=key_id, key_name="k", user_id=1, account_id=1, group="default")


class TestKnownCallers:
    def test_what_was_put_is_there_until_all_is_forgotten(self) -> None:
        """Also what moved to the older generation."""
        known = KnownCallers(4)
        for number in range(4):
            known.put(f"sk-{number}", caller(number))
        assert known.get("sk-0") == caller(0)

        known.clear()
        assert all(known.get(f"sk-{number}") is None for number in range(4))

    def test_who_is_asked_for_stays_while_others_make_room(self) -> None:
        """A busy key outlives any number of others."""
        known = KnownCallers(10)
        known.put("sk-busy", caller(0))
        for number in range(1, 1000):
            known.put(f"sk-{number}", caller(number))
            assert known.get("sk-busy") == caller(0)

        assert sum(known.get(f"sk-{number}") is not None for number in range(1, 1000)) <= 10


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Read it."""
        return self.now


class TestKnownBad:
    def test_a_refusal_is_remembered_for_its_seconds(self) -> None:
        """Then somebody is asked again."""
        clock = Clock()
        bad = KnownBad(10, clock, seconds=5)
        bad.put("sk-a", DisabledKey)

        assert bad.get("sk-a") is DisabledKey
        assert bad.get("sk-b") is None
        clock.now = 5.0
        assert bad.get("sk-a") is None

    def test_a_flood_does_not_grow_it(self) -> None:
        """Made-up keys cost a bounded amount of memory."""
        bad = KnownBad(10, Clock())
        for number in range(1005):
            bad.put(f"sk-{number}", UnknownKey)

        assert sum(bad.get(f"sk-{number}") is not None for number in range(1005)) <= 10
        assert bad.get("sk-1004") is UnknownKey
