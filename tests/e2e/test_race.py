"""A strict account's last cents, with everybody after them at once."""

import asyncio
from collections import Counter

import httpx

from oblivious.infra.state.protocol import WalletView
from oblivious.infra.state.redis.store import RedisStateStore
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.dialects import CHAT_DIALECT
from tests.gateways.gateway import Gateway
from tests.gateways.world import TEN_TOKENS

_REQUESTS, _AFFORDED, _AT_ONCE = 1000, 100, 100
_CENT = 10_000_000
"""Nano-USD that one answer of ten tokens costs, and what is held for it."""


async def test_a_thousand_after_money_for_a_hundred(full: Gateway, http: httpx.AsyncClient) -> None:
    """Over two workers never more is held or spent than there is, and the ledger agrees."""
    owner = await asyncio.to_thread(full.user, "1", "strict")
    account_id = (await asyncio.to_thread(full.account, owner.email))["account_id"]
    room = asyncio.Semaphore(_AT_ONCE)
    headers = {"authorization": f"Bearer {owner.key}"}
    body = CHAT_DIALECT.encoded(TEN_TOKENS)

    async def ask() -> httpx.Response:
        async with room:
            return await http.post(full.url + CHAT_DIALECT.path, content=body, headers=headers)

    watching = asyncio.create_task(_lowest(full, account_id))
    answers = await asyncio.gather(*(ask() for _ in range(_REQUESTS)))
    watching.cancel()
    (lowest,) = await asyncio.gather(watching, return_exceptions=True)

    served = [answer.headers["x-oblivious-exchange-id"] for answer in answers if answer.is_success]
    rows = await full.settled(served)
    account = await asyncio.to_thread(full.account, owner.email)
    assert Counter(answer.status_code for answer in answers) == {200: _AFFORDED, 429: _REQUESTS - _AFFORDED}
    assert {answer.json()["error"]["code"] for answer in answers if answer.is_error} == {"insufficient_quota"}
    assert sum(row["amount_nano_usd"] for row in rows.values()) == _AFFORDED * _CENT
    assert (account["balance_nano_usd"], account["used_nano_usd"]) == (0, _AFFORDED * _CENT)
    assert len({_process_of(answer) for answer in answers}) == 2, "both workers were after it"
    assert not isinstance(lowest, BaseException)
    assert lowest == 0
    assert await full.violations() == []


def _process_of(answer: httpx.Response) -> str:
    """Return the part of an exchange's id that is its worker's; who is slow for a moment may serve nobody."""
    return answer.headers["x-oblivious-exchange-id"][12:24]


async def _lowest(gateway: Gateway, account_id: int) -> int | None:
    """Watch the wallet until cancelled; return the least that was ever left of it."""
    # This process is as busy as its thousand clients make it: that is no fault of Redis.
    store = RedisStateStore(
        gateway.installation.env["OBLIVIOUS_REDIS_URL"], deadline_ms=PATIENCE_SECONDS * 1000
    )
    await store.open()
    lowest = None
    try:
        while True:
            left = _left(await store.wallet(account_id))
            if left is not None:
                lowest = left if lowest is None else min(lowest, left)
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        return lowest
    finally:
        await store.close()


def _left(view: WalletView | None) -> int | None:
    return None if view is None or view.posted is None else view.posted - view.total
