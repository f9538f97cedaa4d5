"""Channels in a database, a road of fakes that serves them, and what looks after them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.own_books import OwnBooks
from oblivious.billing.settlement import Settlement
from oblivious.channels.keys import add_channel_key, list_channel_keys, switch_off_key
from oblivious.channels.loading import load_directory
from oblivious.channels.repository import add_channel, list_channels
from oblivious.channels.tables import Channel, ChannelKey, ChannelTest, Notice
from oblivious.channels.wanted import Wanted
from oblivious.gateway.keeping.parts import Keeping, Times
from oblivious.gateway.keeping.roster import Roster
from oblivious.gateway.keeping.testing import Tester
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, reading, writing
from oblivious.infra.database.types import utc_now
from oblivious.infra.state.board.memory import MemoryBoard
from tests.fakes.road import FakeRoad


@dataclass
class Estate:
    """What operators have, and one gateway process of it.

    Attributes:
        board: shared with another process of the same estate.
    """

    maker: Sessions
    secrets: Secrets
    fake: FakeRoad = field(default_factory=FakeRoad)
    books: OwnBooks = field(default_factory=OwnBooks)
    board: MemoryBoard = field(default_factory=MemoryBoard)

    def __post_init__(self) -> None:
        self.fake.road.journal = self.books

    @property
    def tester(self) -> Tester:
        """What tests are made with."""
        return Tester(self.fake.road, self.maker, self.secrets, PROVIDERS)

    def keeping(self, boot_id: str = "boot", notify_url: str = "", **times: float) -> Keeping:
        """What a process's keeper works with."""
        roster = Roster(self.fake.road, self.maker)
        return Keeping(self.tester, self.board, boot_id, roster, Times(**times), notify_url)

    async def channel(
        self, name: str = "main", *, provider: str = "openai", keys: int = 1, **wanted: Any
    ) -> Channel:
        """Add a channel with keys; the road knows of it."""
        said = Wanted(**{"models": ["gpt"], **wanted})
        async with writing(self.maker) as session:
            row = await add_channel(
                session, PROVIDERS, name=name, provider=provider, wanted=said, secrets=self.secrets
            )
            for place in range(keys):
                secret = f"sk-{name}-0123456789-{place}"
                await add_channel_key(session, self.secrets, row, PROVIDERS[provider], secret)
        await self.changed()
        return row

    async def changed(self) -> None:
        """Have the road know what is in the tables."""
        async with reading(self.maker) as session:
            self.fake.road.directory = await load_directory(session, self.secrets, PROVIDERS)

    async def keys(self) -> list[ChannelKey]:
        """Return all keys."""
        async with reading(self.maker) as session:
            return await list_channel_keys(session)

    async def channels(self) -> list[Channel]:
        """Return all channels."""
        async with reading(self.maker) as session:
            return await list_channels(session)

    async def switch_off(self, key: ChannelKey, *, ago_seconds: float = 0) -> None:
        """Have a key be off, as health does it, since so long."""
        at = utc_now() - timedelta(seconds=ago_seconds)
        async with writing(self.maker) as session:
            await switch_off_key(session, key.id, "auth: no such key")
            await session.execute(update(ChannelKey).where(col(ChannelKey.id) == key.id).values(off_at=at))
        await self.changed()

    async def notices(self) -> list[tuple[str, str]]:
        """Return kind and subject of every notice."""
        async with reading(self.maker) as session:
            found = await session.scalars(select(Notice).order_by(col(Notice.id)))
            return [(notice.kind, notice.subject) for notice in found]

    async def tests(self) -> list[ChannelTest]:
        """Return what was kept of tests."""
        async with reading(self.maker) as session:
            return list(await session.scalars(select(ChannelTest).order_by(col(ChannelTest.model))))

    async def settle(self) -> None:
        """Bring what was asked into the ledger."""
        await self.books.settle(Settlement(self.maker, self.fake.store))
