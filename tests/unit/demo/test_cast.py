import pytest

from oblivious.demo.cast import Cast, Watch
from oblivious.demo.plot import NO_PLOT, Part, Phase, Plot
from tests.fakes.clock import FakeClock

WELL, FULL, GONE = "", "status=429", "cut"


def cast_of(*parts: Part, place: int = 1, now: list[float] | None = None) -> Cast:
    """Return a cast whose time is what `now` holds."""
    at = now or [0.0]
    return Cast(place, Plot(parts), lambda: at[0])


def test_without_a_plot_nothing_is_played() -> None:
    """The server's own settings hold."""
    assert Cast(1, NO_PLOT).plays("sk-any") == WELL


@pytest.mark.parametrize(
    ("at", "played"),
    [(0, WELL), (1.9, WELL), (2, FULL), (2.9, FULL), (3, WELL), (3_001.5, WELL), (3_002.5, FULL)],
    ids=str,
)
def test_phases_of_time_come_round(at: float, played: str) -> None:
    """Two seconds well, one full, and again, also where nobody asked for an hour."""
    cast = cast_of(Part((Phase(WELL, seconds=2), Phase(FULL, seconds=1))), now=[at])

    assert cast.plays("sk-any") == played


def test_phases_of_requests_come_round() -> None:
    """Requests are counted, not seconds."""
    cast = cast_of(Part((Phase(WELL, requests=2), Phase(FULL, requests=1))))

    assert [cast.plays("sk-any") for _ in range(7)] == [WELL, WELL, FULL, WELL, WELL, FULL, WELL]


def test_a_phase_of_time_after_one_of_requests() -> None:
    """It begins when a request ends the other."""
    now = [0.0]
    cast = cast_of(Part((Phase(WELL, requests=1), Phase(FULL, seconds=2), Phase(GONE))), now=now)

    assert cast.plays("sk-any") == WELL
    now[0] = 10
    assert cast.plays("sk-any") == FULL
    now[0] = 11.9
    assert cast.plays("sk-any") == FULL
    now[0] = 12
    assert cast.plays("sk-any") == GONE
    now[0] = 9_999
    assert cast.plays("sk-any") == GONE, "what has no end stays"


def test_a_part_for_some_keys_goes_first() -> None:
    """The first part that fits the key decides, and what it decides does not count in others."""
    dead, rest = (
        Part((Phase(GONE, requests=1), Phase("none")), keys="-dead"),
        Part((Phase(WELL, requests=3), Phase(FULL))),
    )
    cast = cast_of(dead, rest)
    asked = {"first": "a", "second": "a", "dead": "x-dead", "third": "a", "spared": "x-dead", "fourth": "a"}

    assert {name: cast.plays(key) for name, key in asked.items()} == {
        "first": WELL,
        "second": WELL,
        "dead": GONE,
        "third": WELL,
        "spared": "none",
        "fourth": FULL,
    }


def test_a_part_that_plays_nothing_now_leaves_it_to_the_next() -> None:
    """So one may break in on all others for a while."""
    now = [0.0]
    storm = Part((Phase(seconds=4), Phase(GONE, seconds=1)))
    cast = cast_of(storm, Part((Phase(FULL),)), now=now)

    seen = []
    for now[0] in (0, 3.9, 4, 4.9, 5):
        seen.append(cast.plays("sk-any"))

    assert seen == [FULL, FULL, GONE, GONE, FULL]


def test_a_part_for_other_upstreams_is_left_out() -> None:
    """Each plays its own."""
    parts = (Part((Phase(FULL),), upstreams="2-3"), Part((Phase(GONE),), upstreams="4"))

    assert [cast_of(*parts, place=place).plays("sk-any") for place in range(1, 6)] == [
        WELL,
        FULL,
        FULL,
        GONE,
        WELL,
    ]


def test_the_watch_starts_with_the_first_reading() -> None:
    """However long a fleet has waited for its first request, its plot begins then."""
    clock = FakeClock()
    watch = Watch(lambda: clock() / 1000)
    clock.advance(60_000)

    assert watch() == 0
    clock.advance(1_500)
    assert watch() == 1.5
