"""Health of subjects: what holds whatever is reported, and that every board does what the rules say."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import Health, Report, Rules
from oblivious.infra.state.board.redis import RedisBoard
from oblivious.infra.state.board.rules import LONGEST_HOLD_MS, kept_until_ms, next_health
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import board_by, lose_data, set_clock
from tests.properties.benches import in_redis

RULES = Rules(bad=3, last=5, first_ms=1_000, most_ms=30_000, calm_ms=20_000)
HOLDS = st.none() | st.just(0) | st.integers(1, 50_000) | st.just(2 * LONGEST_HOLD_MS)
NOON = 1_800_000_000_000
REPORTS = st.builds(
    Report,
    subject=st.sampled_from(["c12", "k34", "p:acme", "k34:qwen max", "k34:模型"]),
    outcomes=st.text("01", max_size=8),
    hold_ms=HOLDS,
    reason=st.sampled_from(["", "429", "two words\nand a line", "余额不足 \udc80"]),
)
PAUSES = st.integers(0, 3_000) | st.integers(0, 200_000) | st.just(40 * 86_400_000)
STEPS = st.lists(st.tuples(PAUSES, st.lists(REPORTS, max_size=4)), max_size=12)


class TestRules:
    @given(STEPS)
    def test_what_always_holds(self, steps: Sequence[tuple[int, Sequence[Report]]]) -> None:
        """Whatever is reported, and whenever."""
        now, health = NOON, None
        for pause, reports in steps:
            now += pause
            for report in reports:
                after = next_health(health, report, now, RULES)
                _check_step(health or Health(), after or Health(), report, now)
                health = after

    @given(
        gaps=st.lists(st.integers(0, RULES.calm_ms), min_size=2, max_size=12),
        good=st.integers(0, RULES.last),
    )
    def test_one_that_flaps_is_held_back_longer_each_time(self, gaps: Sequence[int], good: int) -> None:
        """Well for a moment after each hold, then bad again: it doubles, up to the longest."""
        now, health, holds = NOON, None, list[int]()
        for gap in gaps:
            well = Report("c1", "1" + "1" * good)
            health = next_health(health, well, now, RULES)
            now += gap
            health = next_health(health, Report("c1", "0" * RULES.bad), now, RULES)
            assert health is not None
            assert health.open
            holds.append(health.until_ms - now)
            now = health.until_ms

        assert holds == [min(RULES.first_ms * 2**n, RULES.most_ms) for n in range(len(holds))]

    @given(st.lists(st.tuples(st.integers(0, RULES.first_ms - 1), st.sampled_from(["", "0", "01"]))))
    def test_a_burst_is_one_strike(self, burst: Sequence[tuple[int, str]]) -> None:
        """However many requests that were under way fail while it is held."""
        health = next_health(None, Report("k1", "0", 0), NOON, RULES)
        for later, outcomes in sorted(burst):
            health = next_health(health, Report("k1", outcomes, 0), NOON + later, RULES)
            assert health is not None
            assert (health.strikes, health.since_ms) == (1, NOON)
            assert health.until_ms <= NOON + later + RULES.first_ms


def _check_step(before: Health, after: Health, report: Report, now: int) -> None:
    """Deadlines shrink only when they have passed, windows are bounded, breakers open for a reason."""
    assert after.until_ms >= before.until_ms or before.until_ms < now
    assert len(after.window) <= RULES.last
    assert not after.window.startswith("1")
    asked = min(report.hold_ms or 0, LONGEST_HOLD_MS)
    assert after.until_ms >= now + asked or not asked
    if after.open and not before.open:
        assert (before.window + report.outcomes).count("0") >= RULES.bad
        assert after.until_ms > now
    if before.open and now < before.until_ms:
        assert after == before or after.until_ms == now + asked


class TestAgreement:
    def test_every_board_does_what_the_rules_say(self, redis_url: str) -> None:
        """The rules, the board in memory and the one in Redis know the same after every step."""
        shared = board_by(redis_url, RULES)
        with in_redis(redis_url, shared) as (loop, redis):

            @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
            @given(STEPS)
            def agree(steps: Sequence[tuple[int, Sequence[Report]]]) -> None:
                loop.run_until_complete(_agree(steps, redis, shared))

            agree()


class Model:
    """The rules with a memory, and nothing else."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Health, int]] = {}

    def report(self, report: Report, now: int) -> Health | None:
        """Judge one report."""
        before = self.everything(now).get(report.subject)
        after = next_health(before, report, now, RULES)
        self._known.pop(report.subject, None)
        if after is not None:
            self._known[report.subject] = (after, kept_until_ms(after, now, RULES))
        return after

    def everything(self, now: int) -> dict[str, Health]:
        """Return what is known now."""
        return {subject: health for subject, (health, end) in self._known.items() if end >= now}


async def _agree(steps: Sequence[tuple[int, Sequence[Report]]], redis: Redis, shared: RedisBoard) -> None:
    """Play the steps on a model, a board in memory and an empty one in Redis, by the same clock."""
    clock = FakeClock()
    await lose_data(redis, clock())
    model, memory = Model(), MemoryBoard(RULES, now=clock)
    for pause, reports in steps:
        clock.advance(pause)
        await set_clock(redis, clock())
        expected = [model.report(report, clock()) for report in reports]
        assert await memory.report(reports) == expected
        assert await shared.report(reports) == expected
        assert await memory.everything() == model.everything(clock())
        assert await shared.everything() == model.everything(clock())
