from decimal import Decimal

import msgspec
import pytest

from oblivious.billing.estimate import LONGEST_OUTPUT, USUAL_OUTPUT, OutputHistory, hold_amount
from oblivious.contracts.money import MAX_STORE_AMOUNT, RateCard, Rates, Tier

# One nano-dollar an input token, ten an output token.
CARD = RateCard(Rates(input=Decimal("1e-9"), output=Decimal("1e-8")))


class TestHoldAmount:
    @pytest.mark.parametrize(
        ("cap", "n", "strict", "nano"),
        [
            pytest.param(500, 1, True, 100 + 5_000, id="strict holds the full cap"),
            pytest.param(500, 3, True, 100 + 15_000, id="strict holds every choice"),
            pytest.param(None, 1, True, 100 + 10 * LONGEST_OUTPUT, id="strict without a cap"),
            pytest.param(500, 1, False, 100 + 2_000, id="fair holds the usual length"),
            pytest.param(50, 2, False, 100 + 1_000, id="fair holds no more than the cap"),
            pytest.param(None, 1, False, 100 + 2_000, id="fair without a cap"),
            pytest.param(0, 1, True, 100, id="nothing comes out"),
        ],
    )
    def test_covers_input_and_as_much_output_as_the_policy_says(
        self, cap: int | None, n: int, *, strict: bool, nano: int
    ) -> None:
        """100 tokens go in; recent answers had 200."""
        assert hold_amount(CARD, 100, cap, n, strict=strict, recent_p99_output=200) == nano

    @pytest.mark.parametrize("strict", [False, True], ids=["fair", "strict"])
    def test_an_input_that_may_be_sent_often_is_held_as_often(self, *, strict: bool) -> None:
        """Each call is a request of its own, in the tier of its own length."""
        card = RateCard(
            msgspec.structs.replace(CARD.rates, request=Decimal("1e-6")),
            (Tier(200, Rates(input=Decimal(1))),),
        )

        assert hold_amount(card, 100, 5, 3, calls=3, strict=strict) == 3 * (1_000 + 100) + 3 * 50

    def test_strict_knows_how_long_the_model_can_answer(self) -> None:
        """A small context window bounds an answer that nobody capped."""
        assert hold_amount(CARD, 0, None, strict=True, longest_output=4_000) == 40_000

    def test_strict_takes_the_dearest_kind_of_token(self) -> None:
        """All input may be written to a cache, all output may be thought."""
        card = RateCard(
            Rates(Decimal("1e-9"), Decimal("1e-9"), cache_write_1h=Decimal("2e-9"), reasoning=Decimal("3e-9"))
        )

        assert hold_amount(card, 10, 10, strict=True) == 20 + 30
        assert hold_amount(card, 10, 10, strict=False) == 10 + 10

    def test_uses_the_tier_of_the_estimated_input(self) -> None:
        """A long input is held at the price that it will be billed at."""
        card = RateCard(CARD.rates, (Tier(1_000, Rates(input=Decimal("5e-9"))),))

        assert hold_amount(card, 1_000, 0, strict=False) == 1_000
        assert hold_amount(card, 1_001, 0, strict=False) == 5_005

    def test_strict_fears_a_lower_tier_that_is_dearer(self) -> None:
        """The bound is above what comes: the exchange may end in a tier below."""
        card = RateCard(CARD.rates, (Tier(1_000, Rates(input=Decimal("1e-10"))),))

        assert hold_amount(card, 2_000, 0, strict=True) == 2_000

    def test_rounds_up(self) -> None:
        """A hold is never a fraction short."""
        assert hold_amount(RateCard(Rates(input=Decimal("1e-10"))), 1, 0, strict=True) == 1

    def test_stays_within_what_a_state_store_can_count(self) -> None:
        """An absurd cap makes a hold that no account can pay, but one that can be asked for."""
        assert hold_amount(CARD, 0, 10**18, strict=True) == MAX_STORE_AMOUNT


class TestOutputHistory:
    def test_expects_the_usual_until_enough_answers_were_seen(self) -> None:
        """One short answer says nothing."""
        history = OutputHistory()
        history.add("m", 5)

        assert history.p99("m") == history.p99("never seen") == USUAL_OUTPUT

    def test_tells_the_99th_percentile_of_each_model(self) -> None:
        """A rare long answer counts, the other model's do not."""
        history = OutputHistory()
        for length in range(1, 513):
            history.add("m", length)
            history.add("other", 7)

        assert history.p99("m") == 507
        assert history.p99("other") == 7

    def test_forgets_what_is_long_ago(self) -> None:
        """After as many new answers as it keeps, the old ones are gone."""
        history = OutputHistory()
        for length in [9_000] * 512 + [10] * 512:
            history.add("m", length)

        assert history.p99("m") == 10
