from typing import Any

import msgspec
import pytest

from oblivious.demo.behaviour import PLAIN, Behaviour
from oblivious.demo.options import DemoOptions, default_behaviour
from oblivious.demo.settings import UnknownSetting, from_headers, from_model


def behaves(**changes: Any) -> Behaviour:
    return msgspec.structs.replace(PLAIN, **changes)


class TestModelNames:
    """A model name carries everything, since gateways forward no headers."""

    @pytest.mark.parametrize(
        ("model", "behaviour"),
        [
            ("demo-chat", PLAIN),
            ("a/b-c", PLAIN),
            ("demo@latency-200@pace-20", behaves(latency_ms=200, pace_ms=20)),
            ("demo@length-66@usage-missing", behaves(length=66, usage_given=False)),
            ("demo@usage-zero", behaves(usage_fixed=(0, 0))),
            ("demo@usage-120/34", behaves(usage_fixed=(120, 34))),
            ("demo@status-503", behaves(fault="status", fault_value="503")),
            ("demo@status=503@retry-after=2", behaves(fault="status", fault_value="503", retry_after=2)),
            ("demo@cut", behaves(fault="cut")),
            ("demo@cut-mid", behaves(fault="cut-mid")),
            ("demo@cut-mid-3", behaves(fault="cut-mid", fault_value="3")),
            ("demo@cut@fault-rate-0.1", behaves(fault="cut", fault_rate=0.1)),
            ("demo@die-after-5", behaves(fault="die-after", fault_value="5")),
            ("demo@none", PLAIN),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_reading(self, model: str, behaviour: Behaviour) -> None:
        """Each word after the separator changes one thing."""
        assert from_model(model, PLAIN) == behaviour

    @pytest.mark.parametrize(
        "word",
        [
            *("unknown", "", "latency", "latency--1", "usage-3", "fault-rate-2"),
            *("status-abc", "status-99", "status-204", "cut-now", "hang-mid-0"),
            *("garbage-body-xml", "die-after", "slow-head-0"),
        ],
    )
    def test_what_makes_no_sense(self, word: str) -> None:
        """A word that means nothing is told, so that a test with a slip does not pass by chance."""
        with pytest.raises(UnknownSetting):
            from_model(f"demo@{word}", PLAIN)


class TestLayers:
    """The request wins over the server's default, a header over the model name."""

    SERVER = default_behaviour(
        DemoOptions(fault="status=503;retry-after=2", fault_rate=0.5, pace_ms=9, length=4)
    )

    def test_server(self) -> None:
        """Options are read like any other words."""
        assert behaves(
            fault="status", fault_value="503", retry_after=2, fault_rate=0.5, pace_ms=9, length=4
        ) == (self.SERVER)

    def test_a_fault_is_taken_whole(self) -> None:
        """Who names a fault does not inherit the likelihood of another one."""
        assert from_model("demo@cut", self.SERVER) == behaves(fault="cut", pace_ms=9, length=4)

    def test_none_switches_the_default_off(self) -> None:
        """A request can ask to be spared."""
        assert from_model("demo@none", self.SERVER).fault == ""

    def test_headers(self) -> None:
        """Every header has its word."""
        headers = {
            "x-demo-fault": "error-mid; retry-after=3",
            "x-demo-latency-ms": "1",
            "x-demo-pace-ms": "2",
            "x-demo-length": "3",
            "x-demo-usage": "5/6",
        }

        assert from_headers(headers, from_model("demo@cut", self.SERVER)) == behaves(
            fault="error-mid", retry_after=3, latency_ms=1, pace_ms=2, length=3, usage_fixed=(5, 6)
        )

    def test_a_wrong_option_is_told_at_once(self) -> None:
        """A server with a fault that does not exist does not start."""
        with pytest.raises(UnknownSetting):
            default_behaviour(DemoOptions(fault="explode"))
