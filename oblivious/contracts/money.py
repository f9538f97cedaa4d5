"""Money: integer nano-USD for amounts, Decimal US dollars per unit for rates, one rounding."""

from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

NANO = 1_000_000_000
"""Nano-USD in one US dollar."""

MAX_STORE_AMOUNT = 2**53 - 1
"""The largest amount (nano-USD) a state store may hold: its scripts count in doubles."""

_ZERO = Decimal(0)


class Rates(msgspec.Struct, frozen=True):
    """US dollars per token of each kind, and per search and request.

    None means that the kind has no price of its own: cache reads, writes and audio input are then billed
    as input, reasoning and audio output as output.
    """

    input: Decimal = _ZERO
    output: Decimal = _ZERO
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    reasoning: Decimal | None = None
    audio_input: Decimal | None = None
    audio_output: Decimal | None = None
    search: Decimal = _ZERO
    request: Decimal = _ZERO


class Tier(msgspec.Struct, frozen=True):
    """Rates for an exchange whose input is longer than `above_input_tokens`; they hold for all its tokens."""

    above_input_tokens: int
    rates: Rates


class RateCard(msgspec.Struct, frozen=True):
    """The prices an exchange is billed by, frozen when it was admitted.

    Attributes:
        tiers: by rising `above_input_tokens`; the last one that applies replaces `rates`.
        ratio: the group's factor on everything.
        source: where the rates came from and when (`genai-prices 0.2.3`, `price set 2026-11-21`).
    """

    rates: Rates
    tiers: tuple[Tier, ...] = ()
    ratio: Decimal = Decimal(1)
    source: str = ""


def to_nano(dollars: Decimal) -> int:
    """Round US dollars to integer nano-USD, half to even: the one rounding a bill has."""
    return int((dollars * NANO).to_integral_value(ROUND_HALF_EVEN))


def to_dollars(nano: int) -> Decimal:
    """Return nano-USD as exact US dollars."""
    return Decimal(nano) / NANO
