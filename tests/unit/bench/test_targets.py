"""Which figures are missed, and by how much."""

import pytest

from bench.exchanges import JSON, PACED_20, STREAM, Kind
from bench.measured import Beside, Measured, Stall
from bench.pacing import Paced
from bench.targets import checks
from bench.throughput import Cell
from bench.wrk import Loop


def loop(rate: float, p99_us: float = 0.0) -> Loop:
    return Loop(int(rate), 1.0, 0.0, p99_us, 0, 0)


def cell(kind: Kind, ours: float) -> Cell:
    return Cell(kind, 64, None, loop(10_000), loop(ours), {}, 0.0)


def gap(largest_ms: float) -> Paced:
    return Paced(1, 0, 66, 0.0, 0.0, largest_ms, 0.0, 0.0)


class TestChecks:
    @pytest.mark.parametrize(
        ("measured", "missed_by"),
        [
            pytest.param(Measured(cells=[cell(JSON, 900)]), 0.0, id="json-at-the-target"),
            pytest.param(Measured(cells=[cell(STREAM, 3_250)]), 0.5, id="streams-at-half-of-it"),
            pytest.param(
                Measured(event_micros=Beside(nginx=20, ours=60)), 0.5, id="events-three-times-nginx"
            ),
            pytest.param(
                Measured(stalls=[Stall(PACED_20, 400, gap(20), gap(20), gap(100))]), -0.5, id="half-the-gap"
            ),
        ],
    )
    def test_a_miss_is_a_share_of_the_target(self, measured: Measured, missed_by: float) -> None:
        """Above zero is missed, below is met with room."""
        (check,) = checks(measured)

        assert check.missed_by == pytest.approx(missed_by)

    def test_added_latency_is_what_the_upstream_alone_does_not_take(self) -> None:
        """At one connection the gateway's p99 is compared with that of nobody in between."""
        one = Cell(JSON, 1, loop(1, p99_us=100), loop(1), loop(1, p99_us=600), {}, 0.0)

        assert [check.got for check in checks(Measured(cells=[one]))] == ["500 us"]
