"""`/api/v1/channels/{id}/...`: asking a channel's provider something, and trying its shaping."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from oblivious.channels.funds import keep_balance
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import UpstreamError
from oblivious.gateway.keeping.inquiring import listed_models, told_balance
from oblivious.gateway.keeping.testing import Tester, run_tests
from oblivious.gateway.routes.admin.answers import ACTS, ASKS_ONE
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.dry_runs import DryRunTold, DryRunWish, dry_run_of
from oblivious.gateway.routes.admin.health_told import TestTold, test_told
from oblivious.gateway.routes.admin.lists_compared import ModelsTold, compared
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of
from oblivious.infra.crypto import WrongSecret
from oblivious.infra.database.sessions import reading, writing
from oblivious.infra.database.types import utc_now

_AT_ONCE = 4
_SEALED = "was sealed with a secret key that is lost"

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
KeyWanted = Annotated[
    int | None,
    QueryParameter(
        ge=1, le=2**53 - 1, required=False, description="A channel key; else the first that is on."
    ),
]


class TestWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is tested; what is not said is as the channel's schedule has it.

    Attributes:
        models: public models, or the provider's own names.
        stream: the answer is asked for as a stream.
        key_ids: the keys that are asked with; not given: all.
    """

    models: list[str] | None = None
    stream: bool | None = None
    key_ids: list[_Number] | None = None


class Tested(msgspec.Struct, frozen=True):
    """What a test came to, question by question."""

    items: Sequence[TestTold]


class BalanceTold(msgspec.Struct, frozen=True):
    """What the account of a key can still spend.

    Attributes:
        amount: a decimal text, in whole units of the currency; null where it was not told.
        error: why it was not; empty where it was.
    """

    channel_key_id: int
    hint: str
    amount: str | None
    currency: str
    at: datetime
    error: str


class Balances(msgspec.Struct, frozen=True):
    """What the accounts of a channel's keys can still spend."""

    items: Sequence[BalanceTold]


class ChannelQuestions(Controller):
    """Questions to a channel's provider; only tests cost something, which the house pays."""

    path = "/channels/{channel_id:int}"
    tags = ("channels",)

    @post("/test", summary="Test a channel", status_code=HTTP_200_OK, responses=ASKS_ONE)
    async def test_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId, data: JSONBody[TestWish]
    ) -> Tested:
        """Ask a channel something small with its keys, along the road of every request.

        It may be off, and so may its keys: one that was refused by its provider, and works, is on again.

        Raises:
            ChangeRefused: names what makes no sense.
        """
        tester = Tester(parts.road, parts.maker, parts.secrets, parts.providers)
        try:
            tests = await run_tests(
                tester,
                request.user,
                channel_id,
                models=data.models,
                stream=data.stream,
                key_ids=data.key_ids,
            )
        except WrongSecret:
            raise ChangeRefused("link", _SEALED) from None
        return Tested([test_told(test) for test in tests])

    @post("/models/fetch", summary="Ask which models there are", status_code=HTTP_200_OK, responses=ACTS)
    async def fetch_models(self, parts: Parts, channel_id: RowId, key_id: KeyWanted = None) -> ModelsTold:
        """Ask the provider which models it offers; the channel stays as it is.

        Raises:
            ChangeRefused: the provider cannot be asked, or the channel has no such key.
        """
        channel, keys = await _read(parts, channel_id)
        key = _chosen(keys, key_id)
        try:
            names = await listed_models(parts.secrets, parts.providers, channel, key)
        except UpstreamError as error:
            return compared(channel, key.id, (), error)
        except WrongSecret:
            raise ChangeRefused("key_id", _SEALED) from None
        return compared(channel, key.id, names)

    @post("/balance/fetch", summary="Ask what is left to spend", status_code=HTTP_200_OK, responses=ACTS)
    async def fetch_balance(self, parts: Parts, channel_id: RowId) -> Balances:
        """Ask the provider for the balance of each key, and keep what it tells.

        Raises:
            ChangeRefused: the provider cannot be asked.
        """
        channel, keys = await _read(parts, channel_id)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(key: ChannelKey) -> BalanceTold:
            async with turns:
                return await _balance(parts, channel, key)

        return Balances(await asyncio.gather(*[one(key) for key in keys if not key.disabled]))

    @post("/dry-run", summary="Try a channel's shaping", status_code=HTTP_200_OK, responses=ASKS_ONE)
    async def dry_run(self, parts: Parts, channel_id: RowId, data: JSONBody[DryRunWish]) -> DryRunTold:
        """Say what the channel would change in a request; nobody is asked.

        Raises:
            ChangeRefused: names what makes no sense.
        """
        async with reading(parts.maker) as session:
            channel = await row_of(session, Channel, channel_id)
        return await asyncio.to_thread(dry_run_of, channel, parts.providers, data)


async def _read(parts: AdminParts, channel_id: int) -> tuple[Channel, list[ChannelKey]]:
    async with reading(parts.maker) as session:
        channel = await row_of(session, Channel, channel_id)
        return channel, await list_channel_keys(session, channel)


def _chosen(keys: Sequence[ChannelKey], key_id: int | None) -> ChannelKey:
    """Return the key of a number, else the first one, best of all one that is on.

    Raises:
        ChangeRefused: there is none.
    """
    if key_id is not None:
        keys = [key for key in keys if key.id == key_id]
    if not keys:
        raise ChangeRefused("key_id", "is one of the channel's keys; it has no such key")
    return min(keys, key=lambda key: (key.disabled, key.off_reason != ""))


async def _balance(parts: AdminParts, channel: Channel, key: ChannelKey) -> BalanceTold:
    now, error = utc_now(), ""
    try:
        balance = await told_balance(parts.secrets, parts.providers, channel, key)
    except UpstreamError as failure:
        return BalanceTold(key.id, key.hint, None, "", now, failure.message)
    except WrongSecret:
        return BalanceTold(key.id, key.hint, None, "", now, f"the key {_SEALED}")
    if balance is None:
        error = "the provider does not tell, or sets no limit"
        return BalanceTold(key.id, key.hint, None, "", now, error)
    async with writing(parts.maker) as session:
        await keep_balance(session, key, channel.name, balance, now)
    return BalanceTold(key.id, key.hint, str(balance.amount), balance.currency, now, "")
