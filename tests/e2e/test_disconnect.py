"""A client that leaves pays for what it was handed, and holds nothing any more."""

import asyncio
import time

import httpx
import pytest

from oblivious.demo.served import Served
from tests.fakes.waiting import until
from tests.gateways.dialects import CHAT_DIALECT, DIALECTS, Dialect
from tests.gateways.gateway import Gateway
from tests.gateways.world import LATE, PACED, UNUSED

_TOKEN = 1_000_000
"""Nano-USD that a token of the paced model costs."""

_WORDS, _EVENTS = 200, 15
_AT_ONCE_SECONDS = 1.0


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
async def test_in_mid_stream(gateway: Gateway, http: httpx.AsyncClient, dialect: Dialect) -> None:
    """The upstream sees it at once; the words that came are billed as an estimate; the rest comes back."""
    owner = await asyncio.to_thread(gateway.user, "0.3", "strict", concurrency=1)
    headers, url = {"authorization": f"Bearer {owner.key}"}, gateway.url + dialect.path
    body = dialect.encoded(PACED, stream=True, **{dialect.cap: _WORDS})
    async with http.stream("POST", url, content=body, headers=headers) as answer:
        pieces = answer.aiter_bytes()
        events = 0
        while events < _EVENTS:
            events += (await anext(pieces)).count(b"\n\n")
    exchange = answer.headers["x-oblivious-exchange-id"]
    served = await _left(gateway, exchange)
    row = (await gateway.settled([exchange]))[exchange]
    left = await asyncio.to_thread(gateway.account, owner.email)

    assert 0 < served.output_events < _WORDS / 2
    assert (row["http_status"], row["reason"], row["estimated"]) == (499, "client_gone", True)
    assert 0 < row["amount_nano_usd"] < _WORDS * _TOKEN / 2
    assert left["balance_nano_usd"] == 300 * _TOKEN - row["amount_nano_usd"]
    rest = left["balance_nano_usd"] // _TOKEN
    asks = [dialect.encoded(UNUSED, **{dialect.cap: cap}) for cap in (rest + 1, rest)]
    statuses = [(await http.post(url, content=ask, headers=headers)).status_code for ask in asks]
    assert statuses == [402 if "anthropic" in dialect.name else 429, 200]


async def test_before_the_answer(gateway: Gateway, http: httpx.AsyncClient) -> None:
    """A client that waits no longer ends the exchange, also where nothing is streamed."""
    body = CHAT_DIALECT.encoded(LATE)
    headers = {"authorization": f"Bearer {gateway.key}", "x-request-id": "left-early"}
    with pytest.raises(httpx.ReadTimeout):
        await http.post(gateway.url + CHAT_DIALECT.path, content=body, headers=headers, timeout=0.3)

    def gone() -> list[Served]:
        return [one for one in gateway.upstreams[0].served() if one.model.endswith("latency-2000")]

    await until(lambda: bool(gone()))
    attempt = gone()[-1].attempt_id
    row = (await gateway.settled([attempt[: len(attempt) - 2]])).popitem()[1]
    assert gone()[-1].ended == "client_gone"
    assert (row["http_status"], row["reason"], row["output_tokens"]) == (499, "client_gone", 0)


async def _left(gateway: Gateway, exchange: str) -> Served:
    """Return what the upstream has on record, which must be there at once."""
    begun = time.monotonic()

    def served() -> list[Served]:
        return [one for one in gateway.upstreams[0].served() if one.attempt_id.startswith(exchange)]

    await until(lambda: bool(served()))
    assert time.monotonic() - begun < _AT_ONCE_SECONDS
    (one,) = served()
    assert one.ended == "client_gone"
    return one
