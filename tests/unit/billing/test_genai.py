from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from genai_prices.data import providers
from genai_prices.types import (
    ClauseEquals,
    ClauseOr,
    ClauseStartsWith,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)
from genai_prices.types import Tier as GenaiTier

from oblivious.billing.genai import PriceData, load
from oblivious.contracts.money import Rates, Tier

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def model(name: str, prices: ModelPrice | list[ConditionalPrice], **more: object) -> ModelInfo:
    """Return a model that is matched by its full name."""
    return ModelInfo(id=name, match=ClauseEquals(name), prices=prices, **more)  # type: ignore[arg-type] # fixture


def data(*models: ModelInfo, vendor: str = "openai") -> PriceData:
    """Return price data with one vendor."""
    return PriceData(
        [Provider(vendor, vendor, vendor, model_match=ClauseStartsWith("gpt"), models=list(models))], "test"
    )


def rates_of(prices: Mapping[str, object]) -> Rates | None:
    """Return what a model with these prices is billed by at noon."""
    quote = data(model("m", ModelPrice(**prices))).quote("openai", "m", NOON)  # type: ignore[arg-type] # fixture
    return None if quote is None else quote.card.rates


class TestQuote:
    def test_reads_every_kind_of_price_we_can_bill(self) -> None:
        """Prices come a million tokens or a thousand searches at a time, and leave as dollars a piece."""
        prices = {
            "input_mtok": Decimal(2),
            "output_mtok": Decimal(8),
            "cache_read_mtok": Decimal("0.5"),
            "cache_write_mtok": Decimal("2.5"),
            "cache_write_1h_mtok": Decimal(4),
            "output_reasoning_mtok": Decimal(9),
            "input_audio_mtok": Decimal(40),
            "output_audio_mtok": Decimal(80),
            "web_searches_kcount": Decimal(10),
            "requests_kcount": Decimal(5),
        }

        assert rates_of(prices) == Rates(
            Decimal("0.000002"),
            Decimal("0.000008"),
            Decimal("0.0000005"),
            Decimal("0.0000025"),
            Decimal("0.000004"),
            Decimal("0.000009"),
            Decimal("0.00004"),
            Decimal("0.00008"),
            Decimal("0.01"),
            Decimal("0.005"),
        )

    def test_one_price_for_writing_means_every_lifetime(self) -> None:
        """A vendor without a price for one hour does not mean that it is billed as plain input."""
        rates = rates_of({"input_mtok": Decimal(1), "cache_write_mtok": Decimal(3)})

        assert rates is not None
        assert rates.cache_write_1h == rates.cache_write == Decimal("0.000003")

    @pytest.mark.parametrize(
        "prices",
        [
            pytest.param({}, id="no price"),
            pytest.param({"audio_hours": Decimal(1)}, id="hours"),
            pytest.param({"input_mtok": Decimal(1), "output_image_mtok": Decimal(9)}, id="images"),
        ],
    )
    def test_is_none_where_we_could_only_guess(self, prices: Mapping[str, object]) -> None:
        """A model that has a price for what we can't count is unpriced, not cheap."""
        assert rates_of(prices) is None

    @pytest.mark.parametrize(
        ("vendor", "name"), [("openrouter", "some/model:free"), ("openai", "moderation")], ids=str
    )
    def test_knows_what_is_free(self, vendor: str, name: str) -> None:
        """An empty entry is free only where that is said."""
        quote = data(model(name, ModelPrice()), vendor=vendor).quote(vendor, name, NOON)

        assert quote is not None
        assert quote.card.rates == Rates()

    def test_reads_tiers_of_single_prices_as_tiers_of_the_whole_card(self) -> None:
        """Input rises at 200,000 and again at 400,000, output only at 200,000."""
        prices = ModelPrice(
            input_mtok=TieredPrices(
                Decimal(1), [GenaiTier(200_000, Decimal(2)), GenaiTier(400_000, Decimal(3))]
            ),
            output_mtok=TieredPrices(Decimal(5), [GenaiTier(200_000, Decimal(7))]),
        )
        quote = data(model("m", prices)).quote("openai", "m", NOON)

        assert quote is not None
        assert quote.card.rates == Rates(Decimal("0.000001"), Decimal("0.000005"))
        assert quote.card.tiers == (
            Tier(200_000, Rates(Decimal("0.000002"), Decimal("0.000007"))),
            Tier(400_000, Rates(Decimal("0.000003"), Decimal("0.000007"))),
        )

    @pytest.mark.parametrize(("at", "dollars"), [(NOON, 2), (MIDNIGHT, 1)], ids=["peak", "off-peak"])
    def test_a_price_by_the_hour_is_that_of_the_hour(self, at: datetime, dollars: int) -> None:
        """It is marked as passing, so that nobody keeps it."""
        by_the_hour = [
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal(1))),
            ConditionalPrice(
                TimeOfDateConstraint(NOON.replace(hour=8).timetz(), NOON.replace(hour=18).timetz()),
                prices=ModelPrice(input_mtok=Decimal(2)),
            ),
        ]
        quote = data(model("m", by_the_hour)).quote("openai", "m", at)

        assert quote is not None
        assert quote.passing
        assert quote.card.rates.input == dollars * Decimal("0.000001")

    def test_a_price_that_is_to_come_does_not_hold_yet(self) -> None:
        """Prices by date are those of the day."""
        by_date = [
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal(1))),
            ConditionalPrice(
                StartDateConstraint(NOON.date().replace(year=2027)), prices=ModelPrice(input_mtok=Decimal(2))
            ),
        ]
        quote = data(model("m", by_date)).quote("openai", "m", NOON)

        assert quote is not None
        assert quote.card.rates.input == Decimal("0.000001")

    def test_knows_our_names_of_providers(self) -> None:
        """What we call gemini is google in the data; a provider that it does not have is none."""
        priced = data(model("m", ModelPrice(input_mtok=Decimal(1))), vendor="google")

        assert priced.quote("gemini", "m", NOON) is not None
        assert priced.quote("custom", "m", NOON) is None

    def test_finds_a_vendor_by_the_look_of_a_name(self) -> None:
        """Where the provider tells nothing, a name like the vendor's own does."""
        priced = data(model("gpt-x", ModelPrice(input_mtok=Decimal(1))))

        assert priced.quote_anywhere("gpt-x", NOON) is not None
        assert priced.quote_anywhere("gpt-y", NOON) is None
        assert priced.quote_anywhere("llama", NOON) is None


class TestModelsOf:
    def test_lists_every_full_name_of_what_can_be_billed(self) -> None:
        """Aliases count; retired and unpriced models and mere beginnings of names do not."""
        price = ModelPrice(input_mtok=Decimal(1))
        both = ClauseOr([ClauseEquals("a"), ClauseEquals("a-2026"), ClauseStartsWith("a-x")])
        priced = data(
            ModelInfo(id="a", match=both, prices=price),
            model("gone", price, deprecated=True),
            model("unpriced", ModelPrice()),
            model("ft:a", price),
            model("a.ft-", price),
        )

        assert priced.models_of("openai", NOON) == ["a", "a-2026"]
        assert priced.models_of("custom", NOON) == []

    def test_a_provider_of_many_vendors_wants_the_vendor_in_the_name(self) -> None:
        """Bare names would be refused there."""
        price = ModelPrice(input_mtok=Decimal(1))
        priced = data(model("v/a", price), model("a", price), vendor="openrouter")

        assert priced.models_of("openrouter", NOON) == ["v/a"]


class TestTheDataWeShip:
    @pytest.mark.parametrize(
        ("provider", "name"),
        [
            ("openai", "gpt-4o-mini"),
            ("openai", "text-embedding-3-small"),
            ("openai", "omni-moderation-latest"),
            ("anthropic", "claude-sonnet-4-5-20250929"),
            ("deepseek", "deepseek-chat"),
            ("openrouter", "openai/gpt-4o-mini"),
            ("groq", "llama-3.1-8b-instant"),
            ("gemini", "gemini-2.5-pro"),
        ],
    )
    def test_prices_what_newcomers_start_with(self, provider: str, name: str) -> None:
        """Each provider whose key may lie in the environment has models to offer."""
        assert load().quote(provider, name, NOON) is not None
        assert load().models_of(provider, NOON)

    def test_can_be_read_whole(self) -> None:
        """No model of the data trips us up, and most can be billed."""
        asked = [load().quote(vendor.id, info.id, NOON) for vendor in providers for info in vendor.models]

        assert len([quote for quote in asked if quote is not None]) > 0.8 * len(asked)
