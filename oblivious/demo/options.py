from pathlib import Path

import msgspec

from oblivious.demo.behaviour import PLAIN, Behaviour
from oblivious.demo.settings import changed, items_of


class DemoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a demo upstream behaves unless a request asks for something else.

    Attributes:
        latency_ms: before the first byte of every answer.
        pace_ms: between two events of a stream.
        length: output words; None is the length of the demo's own statement.
        usage: "counted", "missing", "zero" or "INPUT/OUTPUT".
        fault: settings separated by semicolons, `status=503;retry-after=2`; "" is none.
        fault_rate: how likely that fault is, from 0 to 1.
        seed: of the dice that `fault_rate` throws; None is a new one for every server.
        api_keys: who may call; empty lets everybody.
        log: the file that gets one JSON line a request.
    """

    latency_ms: int = 0
    pace_ms: int = 0
    length: int | None = None
    usage: str = "counted"
    fault: str = ""
    fault_rate: float = 1
    seed: int | None = None
    api_keys: tuple[str, ...] = ()
    log: Path | None = None


def default_behaviour(options: DemoOptions) -> Behaviour:
    """Return what the options ask for.

    Raises:
        UnknownSetting: the fault or the usage is none that the demo knows.
    """
    items = [
        f"latency={options.latency_ms}",
        f"pace={options.pace_ms}",
        f"usage={options.usage}",
        f"fault-rate={options.fault_rate}",
    ]
    if options.length is not None:
        items.append(f"length={options.length}")
    return changed((*items, *items_of(options.fault)), PLAIN)
