"""What tests came to is kept as long as the channel key is there."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.keys import add_channel_key, remove_channel_key
from oblivious.channels.repository import add_channel, remove_channel
from oblivious.channels.tables import Channel, ChannelKey, ChannelTest
from oblivious.channels.tested import list_tests, record_test
from oblivious.channels.wanted import Wanted
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, reading, writing

OLLAMA = PROVIDERS["ollama"]
SECRETS = Secrets("the secret key of a test")

Go = Callable[[AsyncSession, Channel, ChannelKey], Awaitable[object]]


async def channel_with_key(session: AsyncSession, name: str) -> tuple[Channel, ChannelKey]:
    """Add a channel whose one key is empty."""
    wanted = Wanted(models=["qwen"])
    channel = await add_channel(
        session, PROVIDERS, name=name, provider="ollama", wanted=wanted, secrets=SECRETS
    )
    return channel, await add_channel_key(session, SECRETS, channel, OLLAMA, "")


def result(key: ChannelKey, *, stream: bool = False, ms: int = 50) -> ChannelTest:
    return ChannelTest(
        channel_key_id=key.id,
        model="qwen",
        dialect="openai_chat",
        stream=stream,
        channel_id=key.channel_id,
        ok=True,
        status=200,
        ms=ms,
        error="",
    )


async def kept(maker: Sessions) -> list[tuple[int, bool, int]]:
    """Return whose tests are kept: key, whether as a stream, and how long it took."""
    async with reading(maker) as session:
        tests = await list_tests(session)
    return sorted((test.channel_key_id, test.stream, test.ms) for test in tests)


async def key_goes(session: AsyncSession, _channel: Channel, key: ChannelKey) -> None:
    await remove_channel_key(session, key)


async def channel_goes(session: AsyncSession, channel: Channel, _key: ChannelKey) -> None:
    await remove_channel(session, channel.name)


async def another_comes(session: AsyncSession, channel: Channel, _key: ChannelKey) -> None:
    await add_channel_key(session, SECRETS, channel, OLLAMA, "a-first-secret")


class TestRecordTest:
    async def test_the_last_one_of_its_kind_is_kept(self, maker: Sessions) -> None:
        """In the place of the one before it."""
        async with writing(maker) as session:
            _, key = await channel_with_key(session, "main")
            for test in (result(key), result(key, stream=True), result(key, ms=70)):
                await record_test(session, test)

        assert await kept(maker) == [(key.id, False, 70), (key.id, True, 50)]

    async def test_nothing_is_kept_of_a_key_that_is_gone(self, maker: Sessions) -> None:
        """A test takes its time, and nobody waits for it with a deletion."""
        async with writing(maker) as session:
            _, key = await channel_with_key(session, "main")
            test = result(key)
            await remove_channel_key(session, key)
            await record_test(session, test)

        assert await kept(maker) == []


class TestForgetTests:
    @pytest.mark.parametrize(
        "go", [key_goes, channel_goes, another_comes], ids=["the key", "its channel", "an empty key"]
    )
    async def test_tests_go_with_their_key(self, maker: Sessions, go: Go) -> None:
        """In the same transaction; those of other keys stay."""
        async with writing(maker) as session:
            channel, key = await channel_with_key(session, "main")
            _, other = await channel_with_key(session, "other")
            for test in (result(key), result(key, stream=True), result(other)):
                await record_test(session, test)
        async with writing(maker) as session:
            await go(session, await session.merge(channel), await session.merge(key))
            assert [test.channel_key_id for test in await list_tests(session)] == [other.id]

        assert await kept(maker) == [(other.id, False, 50)]

    async def test_one_that_is_just_being_kept_goes_too(self, maker: Sessions) -> None:
        """Who deletes the key waits for it."""
        async with writing(maker) as session:
            _, key = await channel_with_key(session, "main")

        async def remove() -> None:
            async with writing(maker) as session:
                await remove_channel(session, "main")

        async with writing(maker) as session:
            await record_test(session, result(key))
            removing = asyncio.create_task(remove())
            done, _ = await asyncio.wait({removing}, timeout=0.3)
            assert not done
        await removing

        assert await kept(maker) == []
