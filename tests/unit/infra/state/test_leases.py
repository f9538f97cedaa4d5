"""Leases end when they should, once, and what is over leaves nothing behind."""

from oblivious.infra.state.leases import Leases

PLENTY = 1_000


class TestOver:
    def test_the_oldest_come_first(self) -> None:
        """To the millisecond, each once, not more than asked for."""
        leases: Leases[str] = Leases()
        for name, until in (("c", 30), ("a", 10), ("b", 20), ("d", 31)):
            leases.begin(name, name.upper(), until)

        assert [leases.over(30, 2), leases.over(30, 2), leases.over(30, 2)] == [["A", "B"], ["C"], []]

    def test_a_renewed_one_ends_later_and_never_earlier(self) -> None:
        """One that is not known is not begun by it."""
        leases: Leases[str] = Leases()
        leases.begin("a", "A", 10)
        leases.begin("b", "B", 10)
        leases.renew("a", 20)
        leases.renew("b", 5)
        leases.renew("nobody", 20)

        assert [leases.over(now, PLENTY) for now in (9, 10, 19, 20)] == [[], ["B"], [], ["A"]]

    def test_one_that_was_ended_does_not_end_again(self) -> None:
        """But it may begin again."""
        leases: Leases[str] = Leases()
        leases.begin("a", "A", 10)
        assert [leases.end("a"), leases.end("a")] == ["A", None]
        assert leases.over(10, PLENTY) == []

        leases.begin("a", "B", 30)
        assert [leases.over(29, PLENTY), leases.over(30, PLENTY)] == [[], ["B"]]
        assert "a" not in leases


def test_memory_is_bounded_by_what_is_held() -> None:
    """Any number of short holds within one long lease leave no trace of themselves."""
    leases: Leases[str] = Leases()
    for n in range(10_000):
        leases.begin(f"x{n}", "", 60_000)
        leases.end(f"x{n}")

    assert len(leases._queue) < 100
