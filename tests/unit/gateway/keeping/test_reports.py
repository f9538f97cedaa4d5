"""What processes tell each other, put together."""

import pytest

from oblivious.gateway.keeping.reports import Report, is_idle, last_seen_well

IDLE = Report(frozenset({1}))
BUSY = Report(frozenset({1}), {1: 2})
UNKNOWING = Report()


@pytest.mark.parametrize(
    ("reports", "loaded", "idle"),
    [
        ([IDLE, IDLE], True, True),
        ([IDLE, BUSY], True, False),
        ([IDLE, None], True, False),
        ([IDLE, UNKNOWING], True, False),
        ([UNKNOWING, UNKNOWING], False, True),
        ([UNKNOWING, Report(busy={1: 1})], False, False),
        ([UNKNOWING, None], False, False),
        ([IDLE, Report(serves=False)], True, True),
    ],
    ids=[
        "nobody is served",
        "somebody is served elsewhere",
        "a process is silent",
        "a process does not know yet",
        "a channel without a key is in nobody's directory",
        "and may still serve somebody",
        "or may, where a process is silent",
        "who serves nobody need not know",
    ],
)
def test_a_channel_is_idle_when_all_say_so(
    reports: list[Report | None],
    loaded: bool,  # noqa: FBT001 - what is given
    idle: bool,  # noqa: FBT001 - what is expected
) -> None:
    """And know that it drains."""
    assert is_idle(1, reports, loaded=loaded) is idle


def test_the_last_answer_anywhere_counts() -> None:
    """One who says nothing does not matter."""
    reports = [Report(good={5: 10.0}), None, Report(good={5: 30.0, 6: 50.0})]
    assert [last_seen_well(key, reports) for key in (5, 6, 7)] == [30.0, 50.0, 0.0]
