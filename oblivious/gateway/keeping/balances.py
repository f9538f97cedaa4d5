"""What accounts can still spend, asked now and then where providers tell it."""

from datetime import datetime
from functools import partial

import structlog

from oblivious.channels.funds import keep_balance
from oblivious.channels.inquiries.balances import BALANCES
from oblivious.channels.keys import get_channel_key
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.contracts.errors import UpstreamError
from oblivious.gateway.keeping.inquiring import told_balance
from oblivious.gateway.keeping.parts import Keeping, few_at_once
from oblivious.gateway.keeping.roster import Pair, Rows
from oblivious.infra.crypto import WrongSecret
from oblivious.infra.database.sessions import reading, writing
from oblivious.infra.database.types import utc_now

_log = structlog.get_logger(__name__)

_LEASE = 0.9
"""Of the time between two questions: so long no other process asks, also where there was no answer."""


class Balances:
    """Asks for each key's at its times; of all processes one does."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._rows = Rows()
        self._telling: list[Pair] = []
        self._asked: dict[int, datetime] = {}

    async def round(self) -> None:
        """Ask for what is due.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        if not self._keeping.times.balance:
            return
        rows = await self._keeping.roster.rows()
        if rows is not self._rows:
            self._rows, self._telling = rows, [both for both in rows.working if both[0].provider in BALANCES]
            self._asked = {key.id: self._asked[key.id] for _, key in self._telling if key.id in self._asked}
        due = [both for both in self._telling if self._is_due(self._asked.get(both[1].id))]
        await few_at_once(partial(self._ask_in_turn, *both) for both in due)

    async def _ask_in_turn(self, channel: Channel, key: ChannelKey) -> None:
        self._asked[key.id] = utc_now()
        if await self._keeping.taken(f"balance:k{key.id}", _LEASE * self._keeping.times.balance):
            await self._ask(channel, key.id)

    async def _ask(self, channel: Channel, key_id: int) -> None:
        tester = self._keeping.tester
        try:
            async with reading(tester.maker) as session:
                key = await get_channel_key(session, key_id)
            if not self._is_due(_told_at(key)):  # another process has asked meanwhile
                return
            balance = await told_balance(tester.secrets, tester.providers, channel, key)
        except UpstreamError as error:
            _log.warning("balance_not_told", channel=channel.name, channel_key_id=key_id, error=error.message)
            return
        except (ChangeRefused, NoSuch, WrongSecret):  # it cannot be asked for
            return
        if balance is not None:
            async with writing(tester.maker) as session:
                await keep_balance(session, key, channel.name, balance, utc_now())

    def _is_due(self, last: datetime | None) -> bool:
        every = self._keeping.times.balance
        return last is None or (utc_now() - last).total_seconds() >= every


def _told_at(key: ChannelKey) -> datetime | None:
    return None if key.balance is None else datetime.fromisoformat(key.balance["at"])
