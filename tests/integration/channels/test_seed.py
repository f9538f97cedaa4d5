import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.keys import add_channel_key, disable_channel_key, list_channel_keys
from oblivious.channels.loading import load_directory
from oblivious.channels.repository import (
    add_channel,
    change_channel,
    disable_channel,
    get_channel,
    list_channels,
)
from oblivious.channels.seed import OLLAMA, Found, in_environment, on_this_machine, plant
from oblivious.channels.tables import Origin
from oblivious.channels.wanted import Wanted
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, writing

DEMO = Found("demo", Origin.DEMO, ["demo"], base_url="http://127.0.0.1:9")
OPENAI = Found("openai", Origin.ENVIRONMENT, ["gpt"], secret="sk-first")


@pytest.fixture
async def session(maker: Sessions) -> AsyncIterator[AsyncSession]:
    async with writing(maker) as session:
        yield session


class Garden:
    """Plants what is found, and looks at what grew."""

    def __init__(self, session: AsyncSession, secrets: Secrets) -> None:
        self.session = session
        self.secrets = secrets

    async def plant(self, *found: Found, demo: Found | None = None) -> None:
        """Start with this found."""
        await plant(self.session, self.secrets, PROVIDERS, found, demo)

    async def served(self) -> dict[str, list[str]]:
        """Return model to the secrets that serve it."""
        directory = await load_directory(self.session, self.secrets, PROVIDERS)
        return {
            model.id: [
                key.secret
                for candidate in directory.candidates(model.id, "default", "openai_chat")
                for key in candidate.keys
            ]
            for model in directory.models("default")
        }

    async def revision(self) -> int:
        """Return how often channels have changed."""
        return (await read_revisions(self.session))[Topic.CHANNELS]


@pytest.fixture
def garden(session: AsyncSession, secrets: Secrets) -> Garden:
    return Garden(session, secrets)


class TestPlant:
    async def test_what_is_found_serves(self, garden: Garden) -> None:
        """Under its provider's name."""
        await garden.plant(OPENAI)

        assert await garden.served() == {"gpt": ["sk-first"]}
        assert [channel.name for channel in await list_channels(garden.session)] == ["openai"]

    async def test_the_same_again_changes_nothing(self, garden: Garden) -> None:
        """No running server reloads for a restart of another one."""
        await garden.plant(OPENAI)
        before = await garden.revision()
        await garden.plant(OPENAI)

        assert await garden.revision() == before

    async def test_another_key_and_other_models_replace_those_before(self, garden: Garden) -> None:
        """Under a new number: what the old key made at the provider is not the new one's."""
        await garden.plant(OPENAI)
        (old,) = await list_channel_keys(garden.session)
        await garden.plant(Found("openai", Origin.ENVIRONMENT, ["gpt", "gpt-2"], secret="sk-second"))
        (new,) = await list_channel_keys(garden.session)

        assert await garden.served() == {"gpt": ["sk-second"], "gpt-2": ["sk-second"]}
        assert new.id != old.id

    async def test_a_variable_that_went_away_takes_its_key_along(self, garden: Garden) -> None:
        """The channel stays, with what an operator set on it, and serves again when the key is back."""
        await garden.plant(OPENAI)
        channel = await get_channel(garden.session, "openai")
        await change_channel(garden.session, PROVIDERS, channel, Wanted(weight=7), garden.secrets)
        await garden.plant()
        assert await garden.served() == {}

        await garden.plant(OPENAI)
        assert await garden.served() == {"gpt": ["sk-first"]}
        assert (await get_channel(garden.session, "openai")).weight == 7

    async def test_what_an_operator_switched_off_stays_off(self, garden: Garden) -> None:
        """Be it the channel or its key."""
        await garden.plant(OPENAI, Found("groq", Origin.ENVIRONMENT, ["llama"], secret="gsk"))
        await disable_channel(garden.session, "openai")
        (key,) = await list_channel_keys(garden.session, await get_channel(garden.session, "groq"))
        await disable_channel_key(garden.session, key.id)
        await garden.plant(OPENAI, Found("groq", Origin.ENVIRONMENT, ["llama"], secret="gsk"))

        assert await garden.served() == {}

    async def test_an_operators_channel_of_that_name_is_left_alone(self, garden: Garden) -> None:
        """Its key and its models are its own."""
        wanted = Wanted(models=["mine"])
        mine = await add_channel(
            garden.session,
            PROVIDERS,
            name="openai",
            provider="openai",
            wanted=wanted,
            secrets=garden.secrets,
        )
        await add_channel_key(garden.session, garden.secrets, mine, PROVIDERS["openai"], "sk-mine")

        await garden.plant(OPENAI)
        await garden.plant()

        assert await garden.served() == {"mine": ["sk-mine"]}


class TestDemo:
    async def test_it_serves_where_nothing_else_does(self, garden: Garden) -> None:
        """And gives way as soon as something is found."""
        await garden.plant(demo=DEMO)
        assert await garden.served() == {"demo": [""]}

        await garden.plant(OPENAI, demo=DEMO)
        assert await garden.served() == {"gpt": ["sk-first"]}

    async def test_it_follows_its_address(self, garden: Garden) -> None:
        """The demo may listen elsewhere after a restart."""
        await garden.plant(demo=DEMO)
        await garden.plant(demo=Found("demo", Origin.DEMO, ["demo"], base_url="http://127.0.0.1:10"))

        demo = await get_channel(garden.session, "demo")
        assert {url.rpartition("/")[0] for url in demo.base_urls.values()} == {"http://127.0.0.1:10"}

    async def test_an_operators_channel_is_something_else(self, garden: Garden) -> None:
        """Once it has a key that is on."""
        mine = await add_channel(
            garden.session,
            PROVIDERS,
            name="mine",
            provider="openai",
            wanted=Wanted(models=["m"]),
            secrets=garden.secrets,
        )
        await garden.plant(demo=DEMO)
        assert set(await garden.served()) == {"demo"}

        await add_channel_key(garden.session, garden.secrets, mine, PROVIDERS["openai"], "sk-mine")
        await garden.plant(demo=DEMO)
        assert set(await garden.served()) == {"m"}

    async def test_without_a_demo_nothing_serves(self, garden: Garden) -> None:
        """An operator may not want one."""
        await garden.plant()

        assert await garden.served() == {}


class TestInEnvironment:
    def test_every_provider_whose_variable_is_set_is_found_with_its_models(self) -> None:
        """Empty variables count as unset; a provider without a known model is left out."""
        models = {"openai": ["gpt"], "anthropic": ["claude"], "siliconflow": []}
        environment = {
            "OPENAI_API_KEY": " sk-one ",
            "ANTHROPIC_API_KEY": "sk-ant",
            "GROQ_API_KEY": "",
            "SILICONFLOW_API_KEY": "sk-two",
        }

        assert in_environment(PROVIDERS, environment, models.__getitem__) == [
            Found("openai", Origin.ENVIRONMENT, ["gpt"], secret="sk-one"),
            Found("anthropic", Origin.ENVIRONMENT, ["claude"], secret="sk-ant"),
        ]


@asynccontextmanager
async def answering(answer: bytes) -> AsyncGenerator[dict[str, Provider]]:
    """Be a server that gives its one request this answer; the provider table says where it is."""
    answered = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer))
            await writer.drain()
        else:
            await reader.read()
        writer.close()
        await writer.wait_closed()
        answered.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield at(port)
        await asyncio.wait_for(answered.wait(), 5)


def at(port: int) -> dict[str, Provider]:
    """Return a provider table in which Ollama listens on a port."""
    speaks = {"ollama": f"http://127.0.0.1:{port}"}
    return {**PROVIDERS, OLLAMA: msgspec.structs.replace(PROVIDERS[OLLAMA], speaks=speaks)}


class TestOnThisMachine:
    async def test_an_ollama_is_found_with_its_models(self) -> None:
        """As it lists them itself."""
        async with answering(b'{"models":[{"name":"qwen3:8b","size":5225388164}]}') as providers:
            found = await on_this_machine(providers, timeout_seconds=5)

        assert found == [Found(OLLAMA, Origin.MACHINE, ("qwen3:8b",))]

    @pytest.mark.parametrize(
        "answer",
        [b'{"models":[]}', b'{"models":null}', b"<html>", b""],
        ids=["none", "null", "html", "silence"],
    )
    async def test_anything_else_is_nothing(self, answer: bytes) -> None:
        """And takes a third of a second at the most."""
        async with answering(answer) as providers, asyncio.timeout(5):
            assert await on_this_machine(providers) == []

    async def test_nobody_there_is_nothing(self, unused_tcp_port: int) -> None:
        """A refused connection is no error."""
        assert await on_this_machine(at(unused_tcp_port)) == []
