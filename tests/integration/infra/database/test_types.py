from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import StatementError
from sqlmodel import col

from oblivious.channels.tables import Channel, ChannelKey
from oblivious.infra.database.sessions import Sessions, reading, writing

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def channel(name: str, created_at: datetime = NOON) -> Channel:
    return Channel(name=name, provider="openai", models=["a", "b"], mapping={"a": "x"}, created_at=created_at)


class TestUtcDateTime:
    async def test_a_moment_of_any_zone_comes_back_in_utc(self, maker: Sessions) -> None:
        """To the microsecond, on both databases."""
        async with writing(maker) as session:
            session.add(channel("c", NOON.astimezone(timezone(timedelta(hours=8)))))

        async with reading(maker) as session:
            found = (await session.scalars(select(Channel))).one()
        assert found.created_at == NOON
        assert found.created_at.tzinfo is UTC

    async def test_a_moment_without_a_zone_is_refused(self, maker: Sessions) -> None:
        """Nobody could say when it was."""
        with pytest.raises(StatementError, match="no time zone"):
            async with writing(maker) as session:
                session.add(channel("c", NOON.replace(tzinfo=None)))


class TestEncryptedText:
    async def test_plain_text_never_gets_in(self, maker: Sessions) -> None:
        """Nor does it show in the words of the error."""
        with pytest.raises(StatementError) as caught:
            async with writing(maker) as session:
                session.add(ChannelKey(channel_id=1, secret="sk-a-provider-key", hint="..."))

        assert "plain text" in str(caught.value)
        assert "sk-a-provider-key" not in str(caught.value)


class TestJson:
    async def test_lists_and_dicts_come_back_as_they_were(self, maker: Sessions) -> None:
        """In their order."""
        async with writing(maker) as session:
            session.add(channel("c"))

        async with reading(maker) as session:
            found = (await session.scalars(select(Channel))).one()
        assert (found.models, found.mapping, found.groups) == (["a", "b"], {"a": "x"}, [])


class TestBigKey:
    async def test_a_number_is_never_given_twice(self, maker: Sessions) -> None:
        """A deleted last row must not lend its number, which bills may name, to the next one."""
        async with writing(maker) as session:
            first = channel("first")
            session.add(first)
        async with writing(maker) as session:
            await session.execute(delete(Channel).where(col(Channel.id) == first.id))
        async with writing(maker) as session:
            second = channel("second")
            session.add(second)

        assert second.id > first.id
