"""Every metric family there is, as a table."""

import msgspec

_MS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000)

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"


class Family(msgspec.Struct, frozen=True):
    """One metric: its name, what it means, its labels, and for a histogram the upper bounds."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


REQUESTS = Family(
    "oblivious_requests", COUNTER, "Exchanges by how they ended.", ("endpoint", "model", "status", "reason")
)
LATENCY = Family(
    "oblivious_request_milliseconds",
    HISTOGRAM,
    "From a request's arrival to its end, milliseconds.",
    ("endpoint", "stream"),
    _MS,
)
FIRST_BYTE = Family(
    "oblivious_first_byte_milliseconds",
    HISTOGRAM,
    "From a request's arrival to the first byte for the client, milliseconds.",
    ("endpoint", "stream"),
    _MS,
)
TOKENS = Family("oblivious_tokens", COUNTER, "Tokens by kind.", ("model", "kind"))
AMOUNT = Family("oblivious_amount_nano_usd", COUNTER, "What exchanges cost, nano-USD.", ("model",))
IN_FLIGHT = Family("oblivious_in_flight", GAUGE, "Exchanges on their way.")
UPSTREAM_ERRORS = Family(
    "oblivious_upstream_errors", COUNTER, "Attempts that failed, by channel and cause.", ("channel", "cause")
)
FAILOVERS = Family("oblivious_failovers", COUNTER, "Exchanges served by another channel key than the first.")
AFFINITY = Family(
    "oblivious_affinity_tokens",
    COUNTER,
    "Input tokens of conversations that are kept on one channel, and how many of them came from a cache.",
    ("conversation", "kind"),
)
HEALTH_ALONE = Family(
    "oblivious_health_alone", GAUGE, "1 while this process does not share what it knows of channels' health."
)
HELD_BACK = Family(
    "oblivious_held_back", GAUGE, "Channels, keys, pools and keys for a model that are held back."
)
LIMITS_LOST = Family(
    "oblivious_channel_limits_lost",
    COUNTER,
    "Attempts whose end the limits of channels never heard of: leases free what they held.",
)
STATE_LOST = Family(
    "oblivious_state_unreachable", COUNTER, "Admissions that found no state store.", ("policy",)
)
JOURNAL_ROOM = Family("oblivious_journal_room_bytes", GAUGE, "Bytes the journal may still grow.")
JOURNAL_LAG = Family("oblivious_journal_lag_seconds", GAUGE, "Age of the oldest exchange not yet delivered.")
BUS_LAG = Family("oblivious_bus_waiting", GAUGE, "Outcomes that wait for the bus or for settlement.")
LOOP_STALL = Family(
    "oblivious_loop_stall_milliseconds", GAUGE, "The longest stall of the loop in the last second."
)
LOG_DROPPED = Family("oblivious_log_lines_dropped", COUNTER, "Log lines lost because stdout was blocked.")

FAMILIES = {
    family.name: family
    for family in (
        REQUESTS,
        LATENCY,
        FIRST_BYTE,
        TOKENS,
        AMOUNT,
        IN_FLIGHT,
        UPSTREAM_ERRORS,
        FAILOVERS,
        AFFINITY,
        HEALTH_ALONE,
        HELD_BACK,
        LIMITS_LOST,
        STATE_LOST,
        JOURNAL_ROOM,
        JOURNAL_LAG,
        BUS_LAG,
        LOOP_STALL,
        LOG_DROPPED,
    )
}
