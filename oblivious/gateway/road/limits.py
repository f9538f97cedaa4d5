"""A caller's limits as meters, and a refusal as an error; nothing here asks anybody."""

from collections.abc import Sequence

from oblivious.contracts.caller import STRICT, Caller
from oblivious.contracts.errors import MeterExhausted, OutOfMoney, RateLimited
from oblivious.contracts.meters import Meter, MeterKind, Need, Taken

_MINUTE_MS = 60_000
_BUSY_RETRY_MS = 1_000
_TOKENS = ":tpm"


def meters_of(caller: Caller, tokens: int) -> tuple[Meter, ...]:
    """Return the caller's limits as meters: key first, then account; a limit of 0 is none.

    `tokens` is what the exchange is expected to use; it is corrected at the end.
    """
    key, account = f"k{caller.key_id}", "a"
    table = (
        ("requests per minute of the key", key, "rpm", MeterKind.WINDOW, caller.rpm, 1),
        ("tokens per minute of the key", key, "tpm", MeterKind.WINDOW, caller.tpm, tokens),
        ("exchanges in flight of the key", key, "now", MeterKind.GAUGE, caller.concurrency, 1),
        ("requests per minute of the account", account, "rpm", MeterKind.WINDOW, caller.account_rpm, 1),
        ("tokens per minute of the account", account, "tpm", MeterKind.WINDOW, caller.account_tpm, tokens),
        (
            "exchanges in flight of the account",
            account,
            "now",
            MeterKind.GAUGE,
            caller.account_concurrency,
            1,
        ),
    )
    return tuple(
        Meter(name, f"{owner}:{what}", kind, limit, cost, _MINUTE_MS if kind is MeterKind.WINDOW else 0)
        for name, owner, what, kind, limit, cost in table
        if limit
    )


def floor_of(caller: Caller, amount: int) -> int | None:
    """Return how low the wallet may go, nano-USD; None where money is no question."""
    if caller.unlimited or amount == 0:
        return None
    return 0 if caller.policy == STRICT else -caller.overdraft_nano_usd


def refusal(need: Need, taken: Taken) -> MeterExhausted:
    """Return the error that names the meter which refused."""
    if taken.refused_by == len(need.meters):
        return OutOfMoney(
            "the account's balance does not cover this request: add credit, or ask for less output",
            meter="wallet",
        )
    meter = need.meters[taken.refused_by]
    if meter.cost > meter.limit:
        return RateLimited(
            f"this request alone needs {meter.cost} {meter.name}, and the limit is {meter.limit}",
            meter=meter.name,
        )
    busy = _BUSY_RETRY_MS if meter.kind is MeterKind.GAUGE else 0
    return RateLimited(
        f"the limit of {meter.limit} {meter.name} is reached",
        meter=meter.name,
        retry_after_ms=taken.retry_after_ms or busy,
    )


def corrections(meters: Sequence[Meter], tokens: int) -> tuple[int, ...]:
    """Return by how much each meter was taken too little, now that `tokens` were really used."""
    return tuple(tokens - meter.cost if meter.key.endswith(_TOKENS) else 0 for meter in meters)
