from itertools import pairwise

from oblivious.infra.bus.backoff import Backoff


class TestBackoff:
    def test_waits_grow_up_to_the_most(self) -> None:
        """Each is at least half of what it may be."""
        backoff = Backoff(0.2, 5.0)

        waits = [backoff.next_seconds() for _ in range(10)]

        limits = [min(5.0, 0.2 * 2**turn) for turn in range(10)]
        assert all(limit / 2 <= wait <= limit for wait, limit in zip(waits, limits, strict=True))
        assert all(before <= after for before, after in pairwise(limits))

    def test_it_begins_anew_after_success(self) -> None:
        """The next trouble is another one."""
        backoff = Backoff(0.2, 5.0)
        for _ in range(5):
            backoff.next_seconds()
        backoff.reset()

        assert backoff.next_seconds() <= 0.2
