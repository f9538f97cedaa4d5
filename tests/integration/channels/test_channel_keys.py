"""Keys that are switched off by what their provider says, and channels that are drained."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.catalogue import put_pool
from oblivious.channels.keys import (
    add_channel_key,
    disable_channel_key,
    edit_channel_key,
    enable_channel_key,
    get_channel_key,
    list_channel_keys,
    switch_off_key,
    switch_on_key,
)
from oblivious.channels.loading import load_directory
from oblivious.channels.repository import (
    add_channel,
    disable_channel,
    drain_channel,
    enable_channel,
    end_drain,
    get_channel,
)
from oblivious.channels.tables import Channel, ChannelKey, Notice
from oblivious.channels.wanted import Wanted
from oblivious.channels.wanted_key import WantedKey
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, reading, writing

OPENAI = PROVIDERS["openai"]

Switch = Callable[[AsyncSession, str], Awaitable[Channel]]


@pytest.fixture
async def session(maker: Sessions) -> AsyncIterator[AsyncSession]:
    async with writing(maker) as session:
        yield session


@pytest.fixture
async def channel(session: AsyncSession, secrets: Secrets) -> Channel:
    wanted = Wanted(models=["gpt"])
    return await add_channel(
        session, PROVIDERS, name="main", provider="openai", wanted=wanted, secrets=secrets
    )


@pytest.fixture
async def key(session: AsyncSession, secrets: Secrets, channel: Channel) -> ChannelKey:
    return await add_channel_key(session, secrets, channel, OPENAI, "sk-0123456789abcdef")


async def notices(session: AsyncSession) -> list[tuple[str, str, str]]:
    rows = await session.scalars(select(Notice).order_by(col(Notice.id)))
    return [(row.kind, row.subject, row.message) for row in rows]


async def serving(session: AsyncSession, secrets: Secrets) -> list[int]:
    """Return the keys that serve."""
    directory = await load_directory(session, secrets, PROVIDERS)
    return [key.id for one in directory.candidates("gpt", "", "openai_chat") for key in one.keys]


async def revision(session: AsyncSession) -> int:
    return (await read_revisions(session))[Topic.CHANNELS]


class TestPoolOfAKey:
    async def test_it_must_be_there(
        self, session: AsyncSession, secrets: Secrets, channel: Channel, key: ChannelKey
    ) -> None:
        """For a new key and for one that there is; nothing is half-saved."""
        with pytest.raises(ChangeRefused, match="acme") as caught:
            await add_channel_key(session, secrets, channel, OPENAI, "sk-two", wanted=WantedKey(pool="acme"))
        assert caught.value.field == "pool"
        with pytest.raises(ChangeRefused, match="acme"):
            await edit_channel_key(session, secrets, OPENAI, key, WantedKey(name="new", pool="acme"))
        assert await list_channel_keys(session) == [key]
        assert (key.name, key.pool) == ("", "")

        await put_pool(session, "acme", {"rpm": 5})
        await edit_channel_key(session, secrets, OPENAI, key, WantedKey(pool="acme"))
        assert key.pool == "acme"

        await edit_channel_key(session, secrets, OPENAI, key, WantedKey(pool=""))
        assert key.pool == ""


class TestSwitchOff:
    async def test_it_serves_no_more_and_the_operator_is_told_why(
        self, session: AsyncSession, secrets: Secrets, key: ChannelKey
    ) -> None:
        """With the provider's words, and never with the secret."""
        off = await switch_off_key(session, key.id, "Incorrect API key provided")

        assert off is not None
        assert (off.off_reason, off.disabled) == ("Incorrect API key provided", False)
        assert off.off_at is not None
        assert await serving(session, secrets) == []
        ((kind, subject, message),) = await notices(session)
        assert (kind, subject) == ("key_off", f"k{key.id}")
        assert "main" in message
        assert "Incorrect API key provided" in message
        assert "sk-0123456789abcdef" not in message

    async def test_many_who_meet_the_refusal_switch_it_off_once(
        self, session: AsyncSession, key: ChannelKey
    ) -> None:
        """The first one's reason stays; running servers hear of it once."""
        await switch_off_key(session, key.id, "first")
        before = await revision(session)

        assert await switch_off_key(session, key.id, "second") is None
        assert key.off_reason == "first"
        assert len(await notices(session)) == 1
        assert await revision(session) == before

    async def test_one_that_the_operator_switched_off_is_left_alone(
        self, session: AsyncSession, key: ChannelKey
    ) -> None:
        """Or a probe would switch it on again."""
        await disable_channel_key(session, key.id)

        assert await switch_off_key(session, key.id, "refused") is None
        assert (key.off_reason, await notices(session)) == ("", [])

    async def test_one_that_is_gone_is_nothing_to_do(self, session: AsyncSession) -> None:
        """It may have been deleted in the meantime."""
        assert await switch_off_key(session, 404, "refused") is None
        assert await switch_on_key(session, 404) is None


class TestSwitchOn:
    async def test_one_that_its_provider_takes_again_serves_again(
        self, session: AsyncSession, secrets: Secrets, key: ChannelKey
    ) -> None:
        """And the operator is told, once."""
        await switch_off_key(session, key.id, "refused")

        assert await switch_on_key(session, key.id) is not None
        assert await switch_on_key(session, key.id) is None

        assert (key.off_reason, key.off_at) == ("", None)
        assert await serving(session, secrets) == [key.id]
        assert [(kind, subject) for kind, subject, _ in await notices(session)] == [
            ("key_off", f"k{key.id}"),
            ("key_on", f"k{key.id}"),
        ]

    async def test_another_secret_is_as_good_as_another_key(
        self, session: AsyncSession, secrets: Secrets, key: ChannelKey
    ) -> None:
        """What was said of the old one says nothing of it."""
        await switch_off_key(session, key.id, "refused")
        key.balance = {"amount": "0", "currency": "USD"}

        await edit_channel_key(session, secrets, OPENAI, key, WantedKey(), secret="sk-another-one-of-them")

        again = await get_channel_key(session, key.id)
        assert (again.off_reason, again.off_at, again.balance) == ("", None, None)
        assert await serving(session, secrets) == [key.id]

    async def test_another_name_changes_nothing_of_it(
        self, session: AsyncSession, secrets: Secrets, key: ChannelKey
    ) -> None:
        """Its provider still refuses it."""
        await switch_off_key(session, key.id, "refused")

        await edit_channel_key(session, secrets, OPENAI, key, WantedKey(name="new"))

        assert (key.name, key.off_reason) == ("new", "refused")

    async def test_an_operator_may_switch_it_on(
        self, session: AsyncSession, secrets: Secrets, key: ChannelKey
    ) -> None:
        """Whoever knows better."""
        await switch_off_key(session, key.id, "refused")

        await enable_channel_key(session, key.id)

        assert await serving(session, secrets) == [key.id]


class TestDrain:
    async def test_it_takes_no_new_work_until_it_is_done(
        self, session: AsyncSession, secrets: Secrets, channel: Channel, key: ChannelKey
    ) -> None:
        """Then it is off, and the operator is told, once."""
        await drain_channel(session, "main")
        line = (await load_directory(session, secrets, PROVIDERS)).line("gpt", "", "openai_chat", None)
        assert (len(line.candidates), line.tiers) == (1, ())

        assert await end_drain(session, channel.id)
        assert not await end_drain(session, channel.id)

        assert (channel.draining, channel.disabled) == (False, True)
        assert await notices(session) == [("drained", f"c{channel.id}", "main is drained")]

    @pytest.mark.parametrize(
        ("switch", "disabled"), [(enable_channel, False), (disable_channel, True)], ids=["on", "off"]
    )
    async def test_whoever_switches_it_in_between_ends_it(
        self, session: AsyncSession, channel: Channel, switch: Switch, *, disabled: bool
    ) -> None:
        """The last word counts; nobody is told of a drain that never ended."""
        await drain_channel(session, "main")
        await switch(session, "main")

        assert not await end_drain(session, channel.id)
        assert channel.disabled is disabled
        assert await notices(session) == []

    async def test_who_switches_it_on_while_it_ends_has_the_last_word(
        self, maker: Sessions, secrets: Secrets
    ) -> None:
        """The one who ends it waits, and then finds that it is not drained any more."""
        async with writing(maker) as session:
            wanted = Wanted(models=["gpt"])
            channel = await add_channel(
                session, PROVIDERS, name="main", provider="openai", wanted=wanted, secrets=secrets
            )
            await drain_channel(session, "main")

        async def end() -> bool:
            async with writing(maker) as session:
                return await end_drain(session, channel.id)

        async with writing(maker) as session:
            await enable_channel(session, "main")
            ending = asyncio.create_task(end())
            done, _ = await asyncio.wait({ending}, timeout=0.1)
            assert not done
        assert not await ending

        async with reading(maker) as session:
            found = await get_channel(session, "main")
        assert (found.draining, found.disabled) == (False, False)

    async def test_one_that_is_off_has_nothing_to_drain(
        self, session: AsyncSession, channel: Channel
    ) -> None:
        """It stays off."""
        await disable_channel(session, "main")
        await drain_channel(session, "main")

        found = await get_channel(session, "main")
        assert (found.draining, found.disabled) == (False, True)

    async def test_running_servers_hear_of_each_step(self, session: AsyncSession, channel: Channel) -> None:
        """One that is not drained changes nothing."""
        before = await revision(session)
        await drain_channel(session, "main")
        await end_drain(session, channel.id)
        await end_drain(session, channel.id)
        await end_drain(session, 404)

        assert await revision(session) == before + 2
