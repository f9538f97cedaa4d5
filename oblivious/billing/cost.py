"""What an exchange costs: exact integers from the first multiplication to the one rounding."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Final

import msgspec

from oblivious.contracts.money import MAX_STORE_AMOUNT, NANO, RateCard, Rates
from oblivious.contracts.usage import Usage

_CARDS_KEPT = 4_096


class Line(msgspec.Struct, frozen=True, gc=False):
    """The ten prices of one tier; a tariff's `scale` of them is one nano-USD."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    cache_write_1h: int
    reasoning: int
    audio_input: int
    audio_output: int
    search: int
    request: int


class Tariff:
    """A rate card with its ratio worked in, made once so that a bill is a few integer products.

    Attributes:
        scale: how many units of a line's prices make one nano-USD.
    """

    __slots__ = ("_base", "_tiers", "scale")

    def __init__(self, card: RateCard) -> None:
        factor = Fraction(card.ratio) * NANO
        exact = [_exact(rates, factor) for rates in (card.rates, *(tier.rates for tier in card.tiers))]
        self.scale: Final = lcm(*(price.denominator for prices in exact for price in prices))
        base, *tiers = (_scaled(prices, self.scale) for prices in exact)
        self._base: Final = base
        # From the highest down: the first that applies is the one that counts.
        bounds = [tier.above_input_tokens for tier in card.tiers]
        self._tiers: Final = tuple(zip(reversed(bounds), reversed(tiers), strict=True))

    def line(self, input_tokens: int) -> Line:
        """Return the prices for an input of that length."""
        for above, line in self._tiers:
            if input_tokens > above:
                return line
        return self._base

    def lines(self, input_tokens: int) -> list[Line]:
        """Return the prices that an input of at most that length may come to."""
        return [self._base, *(line for above, line in self._tiers if input_tokens > above)]

    def cost(self, usage: Usage) -> int:
        """Return what the usage costs in nano-USD, rounded half to even, at most `MAX_STORE_AMOUNT`.

        Where an upstream's parts add up to more than its whole, the parts are billed. Of several calls each
        has its share of the input, and that decides the tier.
        """
        line = self.line(-(-usage.input_tokens // usage.calls))
        total = line.request * usage.calls + _input(line, usage) + _output(line, usage)
        if usage.searches:
            total += usage.searches * line.search
        return min(_half_even(total, self.scale), MAX_STORE_AMOUNT)


def _input(line: Line, usage: Usage) -> int:
    plain, total = usage.input_tokens, 0
    if usage.cache_read_tokens:
        plain -= usage.cache_read_tokens
        total = usage.cache_read_tokens * line.cache_read
    if usage.cache_write_tokens:
        plain -= usage.cache_write_tokens
        total += usage.cache_write_tokens * line.cache_write
    if usage.cache_write_1h_tokens:
        plain -= usage.cache_write_1h_tokens
        total += usage.cache_write_1h_tokens * line.cache_write_1h
    if usage.audio_input_tokens:
        plain -= usage.audio_input_tokens
        total += usage.audio_input_tokens * line.audio_input
    return total + plain * line.input if plain > 0 else total


def _output(line: Line, usage: Usage) -> int:
    plain, total = usage.output_tokens, 0
    if usage.reasoning_tokens:
        plain -= usage.reasoning_tokens
        total = usage.reasoning_tokens * line.reasoning
    if usage.audio_output_tokens:
        plain -= usage.audio_output_tokens
        total += usage.audio_output_tokens * line.audio_output
    return total + plain * line.output if plain > 0 else total


@lru_cache(_CARDS_KEPT)
def tariff(card: RateCard) -> Tariff:
    """Return the tariff of a card."""
    return Tariff(card)


def cost(card: RateCard, usage: Usage) -> int:
    """Return what the usage costs by this card: nano-USD, rounded once, half to even."""
    return tariff(card).cost(usage)


def _exact(rates: Rates, factor: Fraction) -> list[Fraction]:
    """Return nano-USD for one of each kind, in the order of `Line`."""
    prices = (
        rates.input,
        rates.output,
        _own(rates.cache_read, rates.input),
        _own(rates.cache_write, rates.input),
        _own(rates.cache_write_1h, rates.input),
        _own(rates.reasoning, rates.output),
        _own(rates.audio_input, rates.input),
        _own(rates.audio_output, rates.output),
        rates.search,
        rates.request,
    )
    return [Fraction(price) * factor for price in prices]


def _own(price: Decimal | None, family: Decimal) -> Decimal:
    return family if price is None else price


def _scaled(prices: list[Fraction], scale: int) -> Line:
    return Line(*(price.numerator * (scale // price.denominator) for price in prices))


def _half_even(total: int, scale: int) -> int:
    whole, rest = divmod(total, scale)
    twice = rest + rest
    if twice > scale or (twice == scale and whole & 1):
        return whole + 1
    return whole
