"""Bills are exact: an oracle in fractions, which knows no shortcut, comes to the same nano-dollar."""

from decimal import Decimal
from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from oblivious.billing.cost import cost
from oblivious.billing.estimate import hold_amount
from oblivious.contracts.money import RateCard, Rates, Tier
from oblivious.contracts.usage import Usage, together

PRICES = st.decimals(0, Decimal("0.01"), places=12)
OPTIONAL = st.none() | PRICES
RATES = st.builds(
    Rates, PRICES, PRICES, OPTIONAL, OPTIONAL, OPTIONAL, OPTIONAL, OPTIONAL, OPTIONAL, PRICES, PRICES
)
TOKENS = st.integers(0, 1_000_000)


@st.composite
def cards(draw: st.DrawFn) -> RateCard:
    """Any rate card with up to three tiers."""
    bounds = sorted(draw(st.sets(TOKENS, max_size=3)))
    tiers = tuple(Tier(bound, draw(RATES)) for bound in bounds)
    return RateCard(draw(RATES), tiers, draw(st.decimals(0, 10, places=4)))


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Any usage whose parts are parts."""
    plain_input, read, write, write_1h, audio_in = (draw(TOKENS) for _ in range(5))
    plain_output, reasoning, audio_out = (draw(TOKENS) for _ in range(3))
    return Usage(
        input_tokens=plain_input + read + write + write_1h + audio_in,
        output_tokens=plain_output + reasoning + audio_out,
        cache_read_tokens=read,
        cache_write_tokens=write,
        cache_write_1h_tokens=write_1h,
        reasoning_tokens=reasoning,
        audio_input_tokens=audio_in,
        audio_output_tokens=audio_out,
        searches=draw(st.integers(0, 9)),
    )


def oracle(card: RateCard, usage: Usage) -> Fraction:
    """Return the exact price in nano-USD, before rounding."""
    rates = card.rates
    for tier in card.tiers:
        if usage.input_tokens > tier.above_input_tokens:
            rates = tier.rates

    def price(own: Decimal | None, family: Decimal) -> Fraction:
        return Fraction(family if own is None else own)

    written = usage.cache_write_tokens + usage.cache_write_1h_tokens
    plain_input = usage.input_tokens - usage.cache_read_tokens - written - usage.audio_input_tokens
    plain_output = usage.output_tokens - usage.reasoning_tokens - usage.audio_output_tokens
    dollars = (
        plain_input * Fraction(rates.input)
        + usage.cache_read_tokens * price(rates.cache_read, rates.input)
        + usage.cache_write_tokens * price(rates.cache_write, rates.input)
        + usage.cache_write_1h_tokens * price(rates.cache_write_1h, rates.input)
        + usage.audio_input_tokens * price(rates.audio_input, rates.input)
        + plain_output * Fraction(rates.output)
        + usage.reasoning_tokens * price(rates.reasoning, rates.output)
        + usage.audio_output_tokens * price(rates.audio_output, rates.output)
        + usage.searches * Fraction(rates.search)
        + Fraction(rates.request)
    )
    return dollars * Fraction(card.ratio) * 10**9


@given(cards(), usages())
def test_a_bill_is_the_exact_price_rounded_half_to_even_once(card: RateCard, usage: Usage) -> None:
    """Python's own rounding of fractions is half to even."""
    assert cost(card, usage) == round(oracle(card, usage))


@given(cards(), usages(), st.integers(0, 10_000), st.integers(1, 4))
def test_a_strict_hold_covers_any_exchange_within_its_bounds(
    card: RateCard, usage: Usage, slack: int, n: int
) -> None:
    """Whatever the tokens are: cached, written, spoken or thought; only searches are not bounded."""
    per_choice = -(-usage.output_tokens // n)
    held = hold_amount(card, usage.input_tokens + slack, per_choice, n, strict=True)

    assert held >= cost(card, msgspec.structs.replace(usage, searches=0))


@given(cards(), usages(), st.integers(2, 8))
def test_calls_cost_together_what_they_cost_apart(card: RateCard, usage: Usage, calls: int) -> None:
    """But for the rounding, which is done once; and a strict hold for so many covers them."""
    every = together([usage] * calls)
    held = hold_amount(card, usage.input_tokens, usage.output_tokens, calls, calls=calls, strict=True)

    assert cost(card, every) == round(oracle(card, usage) * calls)
    assert held >= cost(card, msgspec.structs.replace(every, searches=0))
