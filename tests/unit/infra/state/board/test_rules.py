"""How reports change a subject's health."""

import pytest

from oblivious.infra.state.board.protocol import Health, Report, Rules
from oblivious.infra.state.board.rules import LONGEST_HOLD_MS, next_health

NOW = 1_800_000_000_000
RULES = Rules(bad=3, last=5, first_ms=1_000, most_ms=10_000, calm_ms=60_000)


def after(
    health: Health | None, outcomes: str = "", hold_ms: int | None = None, at: int = 0
) -> Health | None:
    return next_health(health, Report("c12", outcomes, hold_ms, "429"), NOW + at, RULES)


def held(until: int, hold_ms: int, *, strikes: int = 1, window: str = "", opened: bool = False) -> Health:
    """Return one that was put on hold at NOW, first of all because of "429"."""
    return Health(NOW + until, opened, strikes, hold_ms, window, "429", NOW)


def opened(until: int, hold_ms: int, strikes: int = 1) -> Health:
    return held(until, hold_ms, strikes=strikes, opened=True)


class TestWindow:
    @pytest.mark.parametrize(
        ("outcomes", "expected"),
        [
            pytest.param("", None, id="nothing"),
            pytest.param("11111111", None, id="all good"),
            pytest.param("1110", Health(window="0"), id="good ones before the first bad one do not count"),
            pytest.param("0101", Health(window="0101"), id="too few bad ones"),
            pytest.param("0110101", Health(window="0101"), id="old ones leave"),
            pytest.param("0011111", None, id="all bad ones have left"),
            pytest.param("000", opened(1_000, 1_000), id="bad ones in a row open it"),
            pytest.param("01010", opened(1_000, 1_000), id="bad ones among good ones open it"),
            pytest.param("0110110", Health(window="0110"), id="bad ones too far apart"),
            pytest.param("000111", opened(1_000, 1_000), id="what comes while it is held does not count"),
        ],
    )
    def test_the_last_outcomes_decide(self, outcomes: str, expected: Health | None) -> None:
        """At once or one after the other."""
        assert after(None, outcomes) == expected
        health = None
        for outcome in outcomes:
            health = after(health, outcome)
        assert health == expected

    def test_one_hit_opens_only_where_the_rules_say_so(self) -> None:
        """The strictest breaker."""
        strict = Rules(bad=1, last=1)
        assert next_health(None, Report("c12", "0"), NOW, strict) == Health(
            NOW + 1_000, True, 1, 1_000, "", "", NOW
        )


class TestHold:
    @pytest.mark.parametrize(
        ("health", "hold_ms", "at", "expected"),
        [
            pytest.param(None, 0, 0, held(1_000, 1_000), id="first back-off"),
            pytest.param(None, 7, 0, held(7, 7), id="as long as asked"),
            pytest.param(
                None, 10**18, 0, held(LONGEST_HOLD_MS, LONGEST_HOLD_MS), id="never longer than a month"
            ),
            pytest.param(
                held(1_000, 1_000), 0, 1_000, held(3_000, 2_000, strikes=2), id="twice as long next time"
            ),
            pytest.param(
                held(0, 8_000, strikes=4), 0, 500, held(10_500, 10_000, strikes=5), id="up to the longest"
            ),
            pytest.param(held(1_000, 1_000), 0, 400, held(1_400, 1_000), id="a burst is one strike"),
            pytest.param(held(9_000, 9_000), 0, 400, held(9_000, 9_000), id="known for longer"),
            pytest.param(held(9_000, 9_000), 5_000, 400, held(9_000, 9_000), id="asked for shorter"),
            pytest.param(held(9_000, 9_000), 9_000, 400, held(9_400, 9_000), id="asked for longer"),
            pytest.param(
                held(1_000, 1_000), 50, 1_000, held(1_050, 50, strikes=2), id="shorter than the back-off"
            ),
            pytest.param(opened(1_000, 1_000), 0, 400, opened(1_000, 1_000), id="open: no other back-off"),
            pytest.param(opened(1_000, 1_000), 9_000, 400, opened(9_400, 9_000), id="open: asked for longer"),
            pytest.param(
                opened(1_000, 1_000), 0, 1_000, opened(3_000, 2_000, 2), id="half-open: the next back-off"
            ),
        ],
    )
    def test_the_longer_one_wins(
        self, health: Health | None, hold_ms: int, at: int, expected: Health
    ) -> None:
        """A hold is never cut short by another."""
        assert after(health, "", hold_ms, at) == expected

    def test_an_outcome_and_its_hold_are_one_strike(self) -> None:
        """The breaker opens at what asked for the hold."""
        assert after(Health(window="00"), "0", 0) == opened(1_000, 1_000)
        assert after(Health(window="00"), "0", 3_000) == opened(3_000, 3_000)

    def test_a_held_one_opens_without_a_strike(self) -> None:
        """What was under way shows that it is worse than thought."""
        assert after(held(5_000, 5_000, window="00"), "0", at=100) == opened(5_000, 5_000)


class TestHalfOpen:
    @pytest.mark.parametrize(
        ("outcomes", "at", "expected"),
        [
            pytest.param("1", 999, opened(1_000, 1_000), id="held: good ones change nothing"),
            pytest.param("000", 999, opened(1_000, 1_000), id="held: bad ones change nothing"),
            pytest.param("1", 1_000, held(1_000, 1_000), id="a good one closes it"),
            pytest.param("1", 9_000, held(9_000, 1_000), id="a late one closes it then"),
            pytest.param("0", 1_000, opened(3_000, 2_000, 2), id="a bad one opens it for longer"),
            pytest.param("01", 1_000, opened(3_000, 2_000, 2), id="what comes after a bad one is held"),
            pytest.param("10", 1_000, held(1_000, 1_000, window="0"), id="it counts anew after a good one"),
            pytest.param(
                "0", 3_600_000, opened(3_602_000, 2_000, 2), id="an hour untried is no hour of being well"
            ),
        ],
    )
    def test_one_request_decides(self, outcomes: str, at: int, expected: Health) -> None:
        """From the end of the hold on."""
        assert after(opened(1_000, 1_000), outcomes, at=at) == expected


class TestCalm:
    @pytest.mark.parametrize(
        ("health", "calm_ms"),
        [
            pytest.param(held(1_000, 1_000, strikes=3), 61_000, id="a minute after a short hold"),
            pytest.param(held(100, 20_000, strikes=3), 80_100, id="four times a long hold"),
        ],
    )
    def test_then_strikes_are_forgotten(self, health: Health, calm_ms: int) -> None:
        """A millisecond before they are not."""
        assert after(health, at=calm_ms) == health
        assert after(health, at=calm_ms + 1) is None
        assert after(health, "0", at=calm_ms + 1) == Health(window="0")

    def test_outcomes_stay(self) -> None:
        """They leave when others come."""
        assert after(held(1_000, 1_000, window="010"), at=100_000) == Health(window="010")

    def test_one_that_recovered_late_is_calm_only_after_that(self) -> None:
        """It has to show that it is well."""
        closed = after(opened(1_000, 1_000, 3), "1", at=500_000)

        assert after(closed, "000", at=560_000) == opened(568_000, 8_000, 4)


class TestReason:
    def test_it_is_the_longest_holds(self) -> None:
        """Why it is held until then."""
        health = next_health(None, Report("c12", "", 5_000, "rate limit"), NOW, RULES)
        health = next_health(health, Report("c12", "000", 2_000, "overload"), NOW, RULES)

        assert health is not None
        assert health.reason == "rate limit"

    def test_it_is_short_and_can_be_written(self) -> None:
        """Upstreams say what they like."""
        health = next_health(None, Report("c12", "", 0, "\udc80" + "é" * 1_000), NOW, RULES)

        assert health is not None
        assert health.reason == "?" + "é" * 199


class TestStructs:
    @pytest.mark.parametrize(
        ("made", "field"),
        [
            pytest.param(lambda: Report(""), "subject", id="nobody"),
            pytest.param(lambda: Report("c12", "01x"), "outcomes", id="no outcome"),
            pytest.param(lambda: Report("c12", "0x1"), "outcomes", id="no outcome in the middle"),
            pytest.param(lambda: Report("c12", "", -1), "hold_ms", id="a hold that is over"),
            pytest.param(lambda: Rules(bad=0), "bad", id="opens by itself"),
            pytest.param(lambda: Rules(bad=11), "bad", id="never opens"),
            pytest.param(lambda: Rules(first_ms=0), "first_ms", id="no hold"),
            pytest.param(lambda: Rules(most_ms=999), "most_ms", id="shrinks"),
            pytest.param(lambda: Rules(calm_ms=-1), "calm_ms", id="calm before it ends"),
        ],
    )
    def test_nonsense_is_refused(self, made: type, field: str) -> None:
        """By name."""
        with pytest.raises(ValueError, match=field):
            made()
