"""Bills, recomputed by somebody who shares no code with the gateway."""

import asyncio
from collections.abc import Iterable
from fractions import Fraction
from itertools import cycle, islice

import httpx
import pytest

from oblivious.demo.served import Served
from tests.gateways.dialects import DIALECTS, Dialect
from tests.gateways.gateway import Gateway
from tests.gateways.world import COUNTED, PRICED, RATES, UNTOLD, UNUSED

_EXCHANGES = 100
_CREDIT = 2 * 10**9


@pytest.mark.parametrize("group", ["default", "strict"])
async def test_a_hundred_mixed_exchanges(gateway: Gateway, http: httpx.AsyncClient, group: str) -> None:
    """Each row, their sum and the account agree with what the upstream's own log says was used."""
    await _check_a_hundred(gateway, http, group)


async def test_without_a_broker(direct: Gateway, http: httpx.AsyncClient) -> None:
    """The same where the shipper settles by itself."""
    await _check_a_hundred(direct, http, "default")


async def _check_a_hundred(gateway: Gateway, http: httpx.AsyncClient, group: str) -> None:
    owner = await asyncio.to_thread(gateway.user, "2", group)
    ways = [
        (dialect, model, streamed)
        for dialect in DIALECTS
        for model in (PRICED, COUNTED, COUNTED)
        for streamed in (False, True)
    ]
    asked = list(islice(cycle(ways), _EXCHANGES))
    answers = await asyncio.gather(
        *(_ask(http, gateway, owner.key, way, number % 17 + 1) for number, way in enumerate(asked))
    )
    exchanges = dict(zip(answers, (model for _, model, _ in asked), strict=True))
    rows = await gateway.settled(exchanges)
    served = {one.attempt_id: one for upstream in gateway.upstreams for one in upstream.served()}
    expected = {
        exchange: _bill(exchanges[exchange], [served[attempt] for attempt in row["attempt_ids"]])
        for exchange, row in rows.items()
    }
    account = await asyncio.to_thread(gateway.account, owner.email)

    assert {exchange: row["amount_nano_usd"] for exchange, row in rows.items()} == expected
    assert account["used_nano_usd"] == sum(expected.values())
    assert account["balance_nano_usd"] == _CREDIT - sum(expected.values())
    assert await gateway.violations() == []


@pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
class TestUsageThatIsNoUsage:
    async def test_untold(
        self, gateway: Gateway, http: httpx.AsyncClient, dialect: Dialect, *, streamed: bool
    ) -> None:
        """Where the upstream does not say, lengths are billed, and the row says so."""
        exchange = await _ask(http, gateway, gateway.key, (dialect, UNTOLD, streamed), 18)
        row = (await gateway.settled([exchange]))[exchange]

        assert row["estimated"]
        assert row["input_tokens"] > 0
        # Eighteen words of about six letters, at some letters a token.
        assert 15 <= row["output_tokens"] <= 60
        assert row["amount_nano_usd"] == row["input_tokens"] * 3000 + row["output_tokens"] * 15000

    async def test_nothing(
        self, gateway: Gateway, http: httpx.AsyncClient, dialect: Dialect, *, streamed: bool
    ) -> None:
        """Where it says that nothing was used, nothing is billed."""
        exchange = await _ask(http, gateway, gateway.key, (dialect, UNUSED, streamed), 18)
        row = (await gateway.settled([exchange]))[exchange]

        assert (row["amount_nano_usd"], row["output_tokens"], row["estimated"]) == (0, 0, False)


async def _ask(
    http: httpx.AsyncClient, gateway: Gateway, key: str, way: tuple[Dialect, str, bool], cap: int
) -> str:
    dialect, model, streamed = way
    answer = await http.post(
        gateway.url + dialect.path,
        content=dialect.encoded(model, stream=streamed, **{dialect.cap: cap}),
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 200, answer.text
    exchange: str = answer.headers["x-oblivious-exchange-id"]
    return exchange


def _bill(model: str, served: Iterable[Served]) -> int:
    """Return nano-USD by exact fractions; Python rounds them half to even."""
    input_rate, output_rate = (Fraction(rate) * 1000 for rate in RATES[model])
    (usage,) = [one.usage for one in served if one.usage is not None]
    return round(usage.input_tokens * input_rate + usage.output_tokens * output_rate)
