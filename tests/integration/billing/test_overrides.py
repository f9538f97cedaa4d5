from decimal import Decimal

import pytest

from oblivious.billing.overrides import read_overrides, remove_price, set_price
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.contracts.money import Rates
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, reading, writing


async def revision(maker: Sessions) -> int:
    """Return how often prices have changed."""
    async with reading(maker) as session:
        return (await read_revisions(session))[Topic.PRICES]


class TestSetPrice:
    async def test_is_read_back_exactly_and_running_gateways_hear_of_it(self, maker: Sessions) -> None:
        """Dollars a million tokens become dollars a token, without a float on the way."""
        async with writing(maker) as session:
            await set_price(
                session, "m", Decimal("0.15"), Decimal("0.60"), cache_read_per_million=Decimal("0.075")
            )
        async with reading(maker) as session:
            (card,) = (await read_overrides(session)).values()

        assert card.rates == Rates(
            Decimal("0.00000015"), Decimal("0.0000006"), cache_read=Decimal("0.000000075")
        )
        assert card.source.startswith("price set 20")
        assert await revision(maker) == 1

    async def test_replaces_the_price_before(self, maker: Sessions) -> None:
        """A model has one price."""
        for dollars in (1, 2):
            async with writing(maker) as session:
                await set_price(session, "m", Decimal(dollars), Decimal(0))
        async with reading(maker) as session:
            overrides = await read_overrides(session)

        assert {model: card.rates.input for model, card in overrides.items()} == {"m": Decimal("0.000002")}

    @pytest.mark.parametrize(
        ("model", "dollars", "field"),
        [
            ("m", "-1", "input"),
            ("m", "NaN", "input"),
            ("m", "Infinity", "input"),
            ("m", "1000001", "input"),
            ("m", "0.0000000001", "input"),
            (" ", "1", "model"),
        ],
    )
    async def test_refuses_what_no_price_can_be(
        self, maker: Sessions, model: str, dollars: str, field: str
    ) -> None:
        """It names the field, and nothing is written."""
        async with writing(maker) as session:
            with pytest.raises(ChangeRefused) as refused:
                await set_price(session, model, Decimal(dollars), Decimal(0))

        assert refused.value.field == field
        assert await revision(maker) == 0


class TestRemovePrice:
    async def test_lets_the_price_data_speak_again(self, maker: Sessions) -> None:
        """The row is gone, and running gateways hear of it."""
        async with writing(maker) as session:
            await set_price(session, "m", Decimal(1), Decimal(1))
        async with writing(maker) as session:
            await remove_price(session, "m")
        async with reading(maker) as session:
            assert await read_overrides(session) == {}
        assert await revision(maker) == 2

    async def test_says_if_there_is_none(self, maker: Sessions) -> None:
        """A misspelt model is not taken for success."""
        async with writing(maker) as session:
            with pytest.raises(NoSuch):
                await remove_price(session, "m")
