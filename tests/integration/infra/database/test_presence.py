from datetime import timedelta

from sqlalchemy import text, update
from sqlmodel import col

from oblivious.infra.database.presence import (
    SILENT_AFTER,
    Gateway,
    beat,
    forget_silent,
    leave,
    live_gateways,
)
from oblivious.infra.database.sessions import Sessions, reading, writing
from oblivious.infra.database.types import utc_now


async def age(maker: Sessions, boot_id: str, by: timedelta) -> None:
    async with writing(maker) as session:
        past = utc_now() - by
        await session.execute(update(Gateway).where(col(Gateway.boot_id) == boot_id).values(seen_at=past))


async def alive(maker: Sessions) -> dict[str, str]:
    async with reading(maker) as session:
        return {gateway.boot_id: gateway.epoch for gateway in await live_gateways(session)}


class TestBeat:
    async def test_who_beats_is_alive_with_its_latest_epoch(self, maker: Sessions) -> None:
        """The first beat announces, the later ones go on."""
        async with writing(maker) as session:
            await beat(session, "a", "host", "")
            await beat(session, "b", "host", "one")
            await beat(session, "a", "host", "two")

        assert await alive(maker) == {"a": "two", "b": "one"}

    async def test_who_is_silent_is_not_alive_until_it_beats_again(self, maker: Sessions) -> None:
        """Five seconds by the database's clock."""
        async with writing(maker) as session:
            await beat(session, "a", "host", "one")
        await age(maker, "a", SILENT_AFTER)
        assert await alive(maker) == {}

        async with writing(maker) as session:
            await beat(session, "a", "host", "one")
        assert await alive(maker) == {"a": "one"}


class TestLeave:
    async def test_who_left_is_not_alive(self, maker: Sessions) -> None:
        """Nobody waits for it any more."""
        async with writing(maker) as session:
            await beat(session, "a", "host", "")
            await leave(session, "a")

        assert await alive(maker) == {}


class TestForgetSilent:
    async def test_only_those_that_nobody_saw_for_a_day_go(self, maker: Sessions) -> None:
        """A gateway that was killed leaves its row behind."""
        async with writing(maker) as session:
            await beat(session, "old", "host", "")
            await beat(session, "young", "host", "")
        await age(maker, "old", timedelta(hours=25))
        await age(maker, "young", timedelta(hours=23))

        async with writing(maker) as session:
            await forget_silent(session)
            left = (await session.execute(text("SELECT boot_id FROM gateways"))).scalars().all()
        assert left == ["young"]
