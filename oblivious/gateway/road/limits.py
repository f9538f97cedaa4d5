"""A caller's limits as meters, and a refusal as an error; nothing here asks anybody."""

from collections.abc import Sequence
from functools import lru_cache

from oblivious.contracts.caller import STRICT, Caller
from oblivious.contracts.errors import MeterExhausted, NeverFits, OutOfMoney, RateLimited
from oblivious.contracts.meters import Meter, MeterKind, Need, Taken

_MINUTE_MS = 60_000
_BUSY_RETRY_MS = 1_000
_TOKENS = ":tpm"
_KINDS = (
    ("requests per minute", "rpm", MeterKind.WINDOW, _MINUTE_MS),
    ("tokens per minute", "tpm", MeterKind.WINDOW, _MINUTE_MS),
    ("exchanges in flight", "now", MeterKind.GAUGE, 0),
)


def meters_of(caller: Caller, tokens: int) -> tuple[Meter, ...]:
    """Return the caller's limits as meters: key first, then account; a limit of 0 is none.

    `tokens` is what the exchange is expected to use; it is corrected at the end.
    """
    meters = _meters(
        caller.key_id,
        (caller.rpm, caller.tpm, caller.concurrency),
        (caller.account_rpm, caller.account_tpm, caller.account_concurrency),
    )
    if not (caller.tpm or caller.account_tpm):
        return meters
    return tuple([_costing(meter, tokens) if meter.key.endswith(_TOKENS) else meter for meter in meters])


@lru_cache(10_000)
def _meters(key_id: int, of_key: tuple[int, int, int], of_account: tuple[int, int, int]) -> tuple[Meter, ...]:
    """Return the meters of a key and its account, each with a cost of one."""
    return tuple(
        Meter(f"{words} {whose}", f"{owner}:{what}", kind, limit, 1, window_ms)
        for owner, whose, limits in (
            (f"k{key_id}", "of the key", of_key),
            ("a", "of the account", of_account),
        )
        for (words, what, kind, window_ms), limit in zip(_KINDS, limits, strict=True)
        if limit
    )


def _costing(meter: Meter, tokens: int) -> Meter:
    return Meter(meter.name, meter.key, meter.kind, meter.limit, tokens, meter.window_ms)


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
        return NeverFits(
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
    return tuple([tokens - meter.cost if meter.key.endswith(_TOKENS) else 0 for meter in meters])
