from decimal import Decimal

import msgspec
import pytest

from oblivious.billing.cost import cost
from oblivious.contracts.money import MAX_STORE_AMOUNT, RateCard, Rates, Tier
from oblivious.contracts.usage import NOTHING, Usage, together

MILLIONTH = Decimal("0.000001")
"""A dollar a million tokens: 1,000 nano-USD a token."""

RATES = Rates(
    input=3 * MILLIONTH,
    output=15 * MILLIONTH,
    cache_read=MILLIONTH * Decimal("0.3"),
    cache_write=MILLIONTH * Decimal("3.75"),
    cache_write_1h=6 * MILLIONTH,
    reasoning=20 * MILLIONTH,
    audio_input=100 * MILLIONTH,
    audio_output=200 * MILLIONTH,
    search=Decimal("0.01"),
    request=Decimal("0.005"),
)
CARD = RateCard(RATES)
PLAIN = RateCard(Rates(input=3 * MILLIONTH, output=15 * MILLIONTH))
FEE = 5_000_000


class TestCost:
    @pytest.mark.parametrize(
        ("usage", "nano"),
        [
            pytest.param(NOTHING, 0, id="nothing"),
            pytest.param(Usage(input_tokens=1), 3_000, id="input"),
            pytest.param(Usage(output_tokens=1), 15_000, id="output"),
            pytest.param(Usage(input_tokens=10, cache_read_tokens=4), 6 * 3_000 + 4 * 300, id="cache read"),
            pytest.param(Usage(input_tokens=10, cache_write_tokens=4), 6 * 3_000 + 4 * 3_750, id="written"),
            pytest.param(Usage(input_tokens=10, cache_write_1h_tokens=4), 6 * 3_000 + 4 * 6_000, id="for 1h"),
            pytest.param(Usage(input_tokens=10, audio_input_tokens=10), 10 * 100_000, id="audio in"),
            pytest.param(Usage(output_tokens=10, reasoning_tokens=9), 15_000 + 9 * 20_000, id="reasoning"),
            pytest.param(
                Usage(output_tokens=10, audio_output_tokens=9), 15_000 + 9 * 200_000, id="audio out"
            ),
            pytest.param(Usage(searches=2), 20_000_000, id="searches"),
        ],
    )
    def test_bills_every_kind_of_token_once_at_its_own_price(self, usage: Usage, nano: int) -> None:
        """A token read from a cache is not billed as plain input as well; the request fee is added."""
        assert cost(CARD, usage) == nano + FEE

    def test_bills_kinds_without_a_price_as_what_they_are_part_of(self) -> None:
        """Cache reads, writes and audio are input, reasoning and audio are output."""
        parts = Usage(100, 50, 10, 20, 30, reasoning_tokens=40, audio_input_tokens=5, audio_output_tokens=5)

        assert cost(PLAIN, parts) == cost(PLAIN, Usage(100, 50))

    def test_lets_a_price_of_zero_be_zero(self) -> None:
        """Free cache reads are free, not billed as input."""
        card = RateCard(msgspec.structs.replace(PLAIN.rates, cache_read=Decimal(0)))

        assert cost(card, Usage(input_tokens=10, cache_read_tokens=10)) == 0

    @pytest.mark.parametrize(
        ("tokens", "dollars_per_million"),
        [(200_000, 3), (200_001, 6), (500_000, 6), (500_001, 9)],
    )
    def test_a_tier_holds_for_all_tokens_of_an_input_beyond_it(
        self, tokens: int, dollars_per_million: int
    ) -> None:
        """The tier begins with the first token above its bound, and then prices every token."""
        card = RateCard(
            Rates(input=3 * MILLIONTH),
            (Tier(200_000, Rates(input=6 * MILLIONTH)), Tier(500_000, Rates(input=9 * MILLIONTH))),
        )

        assert cost(card, Usage(input_tokens=tokens)) == tokens * dollars_per_million * 1_000

    def test_calls_are_priced_apart_although_they_are_counted_together(self) -> None:
        """Three short inputs do not make a long one, and each is a request."""
        card = RateCard(
            Rates(input=3 * MILLIONTH, request=Decimal("0.005")), (Tier(200_000, Rates(input=6 * MILLIONTH)),)
        )

        assert cost(card, together([Usage(200_000)] * 3)) == 3 * cost(card, Usage(200_000))
        assert cost(card, together([Usage(200_001)] * 3)) == 3 * cost(card, Usage(200_001))

    @pytest.mark.parametrize(
        ("tokens", "nano"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 2), (6, 3), (7, 4)], ids=str
    )
    def test_rounds_half_to_even_once(self, tokens: int, nano: int) -> None:
        """Half a nano-dollar a token: 1 token is 0.5 and becomes 0, 3 are 1.5 and become 2."""
        card = RateCard(Rates(input=Decimal("0.0000000005")))

        assert cost(card, Usage(input_tokens=tokens)) == nano

    def test_applies_the_ratio_to_everything(self) -> None:
        """A group's factor is part of the price."""
        usage = Usage(10, 10, searches=1)

        assert cost(msgspec.structs.replace(CARD, ratio=Decimal("1.5")), usage) * 2 == cost(CARD, usage) * 3

    def test_never_bills_less_than_the_parts_of_a_garbled_count(self) -> None:
        """A vendor that counts cached tokens apart from its input does not get us a negative price."""
        assert cost(PLAIN, Usage(input_tokens=2, cache_read_tokens=10)) == 10 * 3_000

    def test_stays_within_what_a_state_store_can_count(self) -> None:
        """An absurd count makes an absurd bill, but one that still can be stored."""
        assert cost(PLAIN, Usage(input_tokens=10**18)) == MAX_STORE_AMOUNT
