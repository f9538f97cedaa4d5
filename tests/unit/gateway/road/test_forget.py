"""What is remembered of channels ends with them."""

from oblivious.gateway.road.forget import forget_gone
from tests.fakes.road import FakeRoad, channel


def test_channels_and_keys_that_are_gone_are_forgotten() -> None:
    """Those that are there stay, and so does the count of those who still serve somebody."""
    road = FakeRoad(channel(1), channel(2)).road
    road.latencies.update({1: 5.0, 9: 5.0})
    road.turns.update({2: 3, -1: 3, 9: 3, -9: 3})
    road.last_good.update({100: 1.0, 900: 1.0})
    road.busy.update({1: 0, 2: 2, 8: 0, 9: 1})

    forget_gone(road)

    assert road.latencies == {1: 5.0}
    assert road.turns == {2: 3, -1: 3}
    assert road.last_good == {100: 1.0}
    assert dict(road.busy) == {1: 0, 2: 2, 9: 1}
