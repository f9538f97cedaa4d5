from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.keys import (
    add_channel_key,
    disable_channel_key,
    enable_channel_key,
    list_channel_keys,
)
from oblivious.channels.loading import load_directory
from oblivious.channels.repository import (
    add_channel,
    change_channel,
    disable_channel,
    enable_channel,
    get_channel,
    list_channels,
    remove_channel,
)
from oblivious.channels.tables import Channel, KeyMode, Origin
from oblivious.channels.wanted import Wanted
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, writing

OPENAI = PROVIDERS["openai"]
SECRETS = Secrets("the secret key of a test")


@pytest.fixture
async def session(maker: Sessions) -> AsyncIterator[AsyncSession]:
    async with writing(maker) as session:
        yield session


async def add(session: AsyncSession, name: str = "main", **parts: object) -> Channel:
    """Add a channel that serves one model, with whatever else is said."""
    wanted = Wanted(**{"models": ["gpt"], **parts})  # type: ignore[arg-type] # parts are checked by the code under test
    return await add_channel(session, PROVIDERS, name=name, provider="openai", wanted=wanted, secrets=SECRETS)


async def change(session: AsyncSession, name: str, wanted: Wanted) -> Channel:
    """Change what is said of a channel."""
    return await change_channel(session, PROVIDERS, await get_channel(session, name), wanted, SECRETS)


class TestAddChannel:
    async def test_it_serves_as_soon_as_it_has_a_key(self, session: AsyncSession, secrets: Secrets) -> None:
        """The key is sealed in its row and clear in the directory."""
        channel = await add(session, base_url="http://h:1", weight=3, key_mode=KeyMode.POLLING)
        assert (await load_directory(session, secrets, PROVIDERS)).models("default") == ()

        key = await add_channel_key(session, secrets, channel, OPENAI, "sk-0123456789abcdef")
        directory = await load_directory(session, secrets, PROVIDERS)

        (found,) = directory.candidates("gpt", "default", "openai_chat")
        assert (found.base_url, found.weight, found.polling) == ("http://h:1/v1", 3, True)
        assert [(one.id, one.secret) for one in found.keys] == [(key.id, "sk-0123456789abcdef")]
        assert "sk-0123456789abcdef" not in str(key)
        assert key.hint == "sk-0...cdef"

    async def test_a_name_can_be_taken_once(self, session: AsyncSession) -> None:
        """Blanks around it make no other name."""
        await add(session)

        with pytest.raises(AlreadyThere, match="main"):
            await add(session, " main ")

    async def test_models_must_be_said(self, session: AsyncSession) -> None:
        """A channel that serves nothing helps nobody."""
        with pytest.raises(ChangeRefused, match="models"):
            await add_channel(
                session, PROVIDERS, name="c", provider="openai", wanted=Wanted(), secrets=SECRETS
            )

    async def test_an_unknown_provider_is_answered_with_those_there_are(self, session: AsyncSession) -> None:
        """So nobody has to look them up."""
        with pytest.raises(ChangeRefused, match=r"anthropic, .*openai"):
            await add_channel(
                session, PROVIDERS, name="c", provider="opnai", wanted=Wanted(models=["m"]), secrets=SECRETS
            )


class TestEditChannel:
    async def test_only_what_is_said_changes(self, session: AsyncSession) -> None:
        """The rest stays."""
        await add(session, weight=3)

        changed = await change(session, "main", Wanted(models=["a", "b"], mapping={"a": "x"}))

        assert (changed.models, changed.mapping, changed.weight) == (["a", "b"], {"a": "x"}, 3)

    @pytest.mark.parametrize(
        ("wanted", "origin"),
        [(Wanted(weight=5), Origin.ENVIRONMENT), (Wanted(models=["a"]), Origin.OPERATOR)],
        ids=["its share", "what it serves"],
    )
    async def test_who_changes_what_it_serves_owns_it(
        self, session: AsyncSession, wanted: Wanted, origin: Origin
    ) -> None:
        """From then on it no longer follows the environment."""
        (await add(session)).origin = Origin.ENVIRONMENT

        assert (await change(session, "main", wanted)).origin == origin

    async def test_nothing_to_edit_is_said_so(self, session: AsyncSession) -> None:
        """The error names the channel."""
        with pytest.raises(NoSuch, match="nothing-here"):
            await change(session, "nothing-here", Wanted(weight=1))


class TestSwitches:
    async def test_channels_and_keys_go_off_and_on(self, session: AsyncSession, secrets: Secrets) -> None:
        """Each way round."""
        key = await add_channel_key(session, secrets, await add(session), OPENAI, "sk-key")

        assert (await disable_channel(session, "main")).disabled
        assert not (await enable_channel(session, "main")).disabled
        assert (await disable_channel_key(session, key.id)).disabled
        assert not (await enable_channel_key(session, key.id)).disabled

    async def test_an_unknown_key_is_said_so(self, session: AsyncSession) -> None:
        """The error names its number."""
        with pytest.raises(NoSuch, match="404"):
            await disable_channel_key(session, 404)


class TestRemoveChannel:
    async def test_its_keys_go_with_it(self, session: AsyncSession, secrets: Secrets) -> None:
        """Other channels keep theirs."""
        await add_channel_key(session, secrets, await add(session, "one"), OPENAI, "sk-one")
        two = await add(session, "two")
        kept = await add_channel_key(session, secrets, two, OPENAI, "sk-two")

        await remove_channel(session, "one")

        assert await list_channels(session) == [two]
        assert await list_channel_keys(session) == [kept]
        with pytest.raises(NoSuch):
            await get_channel(session, "one")


class TestRevisions:
    async def test_every_write_moves_the_topic(self, session: AsyncSession, secrets: Secrets) -> None:
        """Else a running server would not hear of it."""

        async def number() -> int:
            return (await read_revisions(session))[Topic.CHANNELS]

        channel = await add(session)
        assert await number() == 1
        await change(session, "main", Wanted(weight=2))
        await disable_channel(session, "main")
        key = await add_channel_key(session, secrets, channel, OPENAI, "sk-key")
        await disable_channel_key(session, key.id)
        await remove_channel(session, "main")
        assert await number() == 6
