from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import msgspec
from genai_prices.types import (
    ClauseEquals,
    ClauseStartsWith,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    Provider,
    TimeOfDateConstraint,
)

from oblivious.billing.estimate import LONGEST_OUTPUT
from oblivious.billing.genai import PriceData
from oblivious.billing.pricebook import PriceBook, price_advice
from oblivious.contracts.money import RateCard, Rates, Tier

ONE = Decimal("0.000001")


def priced_at(name: str, dollars: int, **more: int) -> ModelInfo:
    """Return a model whose input costs so much a million tokens."""
    return ModelInfo(
        id=name,
        match=ClauseEquals(name),
        prices=ModelPrice(input_mtok=Decimal(dollars)),
        context_window=more.get("context_window"),
    )


def data() -> PriceData:
    """Return one vendor that sells `gpt-a` and another that sells `gpt-a` dearer."""
    return PriceData(
        [
            Provider(
                "openai",
                "OpenAI",
                "x",
                model_match=ClauseStartsWith("gpt"),
                models=[priced_at("gpt-a", 1, context_window=8_000)],
            ),
            Provider("azure", "Azure", "y", models=[priced_at("gpt-a", 2)]),
        ],
        "test",
    )


def book(overrides: dict[str, RateCard] | None = None, load: Callable[[], PriceData] = data) -> PriceBook:
    """Return a book on that data."""
    return PriceBook(overrides or {}, load)


def input_price(prices: PriceBook, model: str, provider: str, upstream_model: str) -> Decimal | None:
    """Return dollars a token of input."""
    card = prices.card(model, provider, upstream_model)
    return None if card is None else card.rates.input


class TestPriceBook:
    def test_asks_the_provider_that_serves_the_model(self) -> None:
        """The same model has another price at another vendor."""
        assert input_price(book(), "fast", "openai", "gpt-a") == ONE
        assert input_price(book(), "fast", "azure", "gpt-a") == 2 * ONE

    def test_falls_back_on_the_public_name(self) -> None:
        """A provider that the data does not know may serve a model that it does."""
        assert input_price(book(), "gpt-a", "custom", "whatever") == ONE

    def test_a_price_that_was_set_wins(self) -> None:
        """It belongs to the public name, whoever serves it, even if that costs us nothing."""
        overrides = {"gpt-a": RateCard(Rates(input=9 * ONE))}

        assert input_price(book(overrides), "gpt-a", "openai", "gpt-a") == 9 * ONE
        assert input_price(book(overrides), "gpt-a", "demo", "gpt-a") == 9 * ONE
        assert input_price(book(overrides), "fast", "openai", "gpt-a") == ONE

    def test_what_runs_here_is_free_and_asks_no_data(self) -> None:
        """The demo answers before the price data is loaded."""

        def never() -> PriceData:
            raise AssertionError

        assert book(load=never).card("demo-chat", "demo", "demo-chat") == RateCard(
            Rates(), source="own provider"
        )
        assert book(load=never).card("llama", "ollama", "llama") is not None

    def test_a_model_that_nobody_knows_has_no_price(self) -> None:
        """It is refused with the line to type, not given away."""
        assert book().priced("m", "custom", "m") is None
        assert book().priced("m", "custom", "m") is None
        assert "oblivious price set m --input X --output Y" in price_advice("m")

    def test_works_the_group_s_ratio_in(self) -> None:
        """The card of one group is not the card of another."""
        prices = book()

        for ratio in ("1", "0.5", "1"):
            card = prices.card("gpt-a", "openai", "gpt-a", ratio)
            assert card is not None
            assert card.ratio == Decimal(ratio)

    def test_is_a_dict_hit_the_second_time(self) -> None:
        """The very same card comes back."""
        prices = book()

        assert prices.priced("gpt-a", "openai", "gpt-a") is prices.priced("gpt-a", "openai", "gpt-a")

    def test_encodes_the_card_so_that_it_reads_back_the_same(self) -> None:
        """Defaults are left out, but a price of zero that means something stays."""
        card = RateCard(
            Rates(ONE, cache_read=Decimal(0)), (Tier(10, Rates(ONE)),), Decimal("1.50"), source="test"
        )
        priced = book({"m": card}).priced("m", "openai", "m", "1.50")

        assert priced is not None
        assert msgspec.json.decode(priced.encoded, type=RateCard) == card
        assert b"null" not in priced.encoded

    def test_knows_how_long_an_answer_can_be(self) -> None:
        """A context window bounds it where it is small, a documented default elsewhere."""
        small, unknown = book().priced("gpt-a", "openai", "gpt-a"), book().priced("gpt-a", "azure", "gpt-a")

        assert small is not None
        assert unknown is not None
        assert (small.longest_output, unknown.longest_output) == (8_000, LONGEST_OUTPUT)

    def test_a_price_by_the_hour_changes_within_a_minute(self) -> None:
        """It is the price of the moment of admission."""
        now = datetime(2026, 11, 21, 7, 59, 30, tzinfo=UTC)
        peak = TimeOfDateConstraint(time(8, tzinfo=UTC), time(9, tzinfo=UTC))
        by_the_hour = [
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal(1))),
            ConditionalPrice(peak, prices=ModelPrice(input_mtok=Decimal(2))),
        ]
        model = ModelInfo(id="m", match=ClauseEquals("m"), prices=by_the_hour)
        priced = PriceData([Provider("openai", "OpenAI", "x", models=[model])], "test")
        prices = PriceBook({}, lambda: priced, lambda: now)

        assert input_price(prices, "m", "openai", "m") == ONE
        now += timedelta(minutes=1)
        assert input_price(prices, "m", "openai", "m") == 2 * ONE
        now += timedelta(hours=1)
        assert input_price(prices, "m", "openai", "m") == ONE
