import msgspec

from oblivious.demo.words import DEFAULT_LENGTH


class Behaviour(msgspec.Struct, frozen=True):
    """How one request is answered.

    Attributes:
        latency_ms: before the answer's first byte.
        pace_ms: between two events of a stream.
        length: output words, if the request does not end them earlier.
        usage_given: False withholds the usage; it is counted and logged all the same.
        usage_fixed: input and output tokens to report in place of the counted ones.
        fault: a name of the table of faults; "" is none.
        fault_value: what the fault is given, as text.
        fault_rate: how likely the fault is, from 0 to 1.
        retry_after: in how many seconds a failing status says to come again; None says nothing.
    """

    latency_ms: float = 0
    pace_ms: float = 0
    length: int = DEFAULT_LENGTH
    usage_given: bool = True
    usage_fixed: tuple[int, int] | None = None
    fault: str = ""
    fault_value: str = ""
    fault_rate: float = 1
    retry_after: int | None = None


PLAIN = Behaviour()
