from oblivious.channels.repeats import Repeats


def test_a_quiet_gateway_may_repeat_a_little() -> None:
    """Ten times, then it needs traffic."""
    repeats = Repeats()

    assert [repeats.spend() for _ in range(11)] == [True] * 10 + [False]


def test_repeats_are_a_share_of_the_traffic() -> None:
    """One in five, however long an outage lasts."""
    repeats, made = Repeats(), 0
    for _ in range(1_000):
        repeats.earn()
        made += repeats.spend()

    assert 200 <= made <= 211


def test_what_is_saved_up_has_an_end() -> None:
    """A quiet day does not pay for a storm."""
    repeats = Repeats()
    for _ in range(10_000):
        repeats.earn()

    assert sum(repeats.spend() for _ in range(1_000)) == 100
