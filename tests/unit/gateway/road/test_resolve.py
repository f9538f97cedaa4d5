"""Who could serve a request, at what price, or why nobody can."""

import asyncio
import json

import msgspec
import pytest

from oblivious.billing.genai import PriceData
from oblivious.billing.pricebook import PriceBook
from oblivious.channels.directory import ListedModel, Offer, build_directory
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, FakeRoad, channel, chat
from tests.fakes.upstreams import whole
from tests.fakes.waiting import until
from tests.unit.gateway.road.answers import ANSWER, COST

LISTED = ListedModel("gpt", 0, "openai")


class TestNobody:
    @pytest.mark.parametrize(
        ("offers", "status", "code"),
        [
            pytest.param([], 404, "model_not_found", id="never heard of"),
            pytest.param([Offer(LISTED, (), ())], 503, "no_channel", id="switched off"),
            pytest.param([Offer(LISTED, ("vip",), (channel(1),))], 403, "permission_denied", id="not for us"),
            pytest.param(
                [Offer(LISTED, (), (channel(1, dialect="smoke_signals"),))],
                400,
                "dialect_not_served",
                id="only in a dialect that nobody translates",
            ),
        ],
    )
    async def test_it_says_why(self, offers: list[Offer], status: int, code: str) -> None:
        """Four reasons, four answers; nothing is held for any of them."""
        fake, client = FakeRoad(), FakeClient(chat())
        fake.road.directory = build_directory(offers)

        await fake.asked_by(client)

        assert (client.status, json.loads(client.body)["error"]["code"]) == (status, code)
        assert (fake.store.finished, fake.journal.records) == ([], [])

    async def test_a_model_without_a_price_is_refused_with_the_line_to_type(self) -> None:
        """Nothing here is given away by accident."""
        fake, client = FakeRoad(), FakeClient(chat())
        fake.road.prices = PriceBook({}, data=lambda: PriceData([], ""))

        await fake.asked_by(client)

        assert client.status == 400
        assert "oblivious price set gpt" in json.loads(client.body)["error"]["message"]


class TestThePrice:
    async def test_it_carries_the_ratio_of_the_group(self) -> None:
        """Half the price for who has half the ratio."""
        fake = FakeRoad(caller=msgspec.structs.replace(CALLER, ratio="0.5")).plays(whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))

        assert fake.ended.amount == COST // 2

    async def test_it_is_frozen_at_admission(self) -> None:
        """A price that changes while the upstream thinks holds for the next request."""
        fake = FakeRoad().plays(whole(ANSWER))
        client = FakeClient(chat())
        client.reading.clear()

        going = asyncio.create_task(fake.asked_by(client))
        await until(lambda: bool(fake.journal.records))
        fake.road.prices = PriceBook({}, data=lambda: PriceData([], ""))
        client.reading.set()
        await going

        assert fake.ended.amount == COST
