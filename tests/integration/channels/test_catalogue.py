"""What operators say of models and pools, and who hears of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.catalogue import (
    WantedModel,
    find_model,
    find_pool,
    list_models,
    list_pools,
    put_model,
    put_pool,
    put_rules,
    remove_model,
    remove_pool,
)
from oblivious.channels.keys import add_channel_key, remove_channel_key
from oblivious.channels.loading import load_directory
from oblivious.channels.repository import add_channel
from oblivious.channels.wanted import Wanted
from oblivious.channels.wanted_key import WantedKey
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, writing

OPENAI = PROVIDERS["openai"]
RULE = {"fault": "billing", "status": 429, "message": "no more"}

Change = Callable[[AsyncSession], Awaitable[object]]


@pytest.fixture
async def session(maker: Sessions) -> AsyncIterator[AsyncSession]:
    async with writing(maker) as session:
        yield session


async def revision(session: AsyncSession) -> int:
    return (await read_revisions(session))[Topic.CHANNELS]


async def put(session: AsyncSession, name: str = "gpt", **said: Any) -> None:
    await put_model(session, name, WantedModel(**said))


class TestModels:
    async def test_what_is_said_is_kept_and_found(self, session: AsyncSession) -> None:
        """By name, in the order of names; blanks around a name and a name said twice do not count."""
        await put(session, "o1", abilities={"vision": False, "context_tokens": 9})
        await put(session, " gpt ", aliases=["latest", " latest "], fallbacks=["o1"], strategy="latency")

        gpt, o1 = await list_models(session)
        assert (gpt.name, gpt.aliases, gpt.fallbacks, gpt.strategy) == ("gpt", ["latest"], ["o1"], "latency")
        assert (o1.name, o1.abilities) == ("o1", {"vision": False, "context_tokens": 9})
        assert await find_model(session, "gpt") is gpt
        assert await find_model(session, "latest") is None

    async def test_only_what_is_said_changes(self, session: AsyncSession) -> None:
        """The empty list and the empty text say that there is none."""
        await put(session, aliases=["latest"], fallbacks=["o1"], strategy="latency")
        await put(session, aliases=[], strategy="")

        (gpt,) = await list_models(session)
        assert (gpt.aliases, gpt.fallbacks, gpt.strategy) == ([], ["o1"], "")

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"aliases": ["fine", ""]}, "aliases[1]"),
            ({"aliases": ["gpt-*"]}, "aliases[0]"),
            ({"aliases": ["gpt"]}, "aliases"),
            ({"fallbacks": ["o1", "x" * 201]}, "fallbacks[1]"),
            ({"fallbacks": ["gpt"]}, "fallbacks"),
            ({"context_fallbacks": ["a\nb"]}, "context_fallbacks[0]"),
            ({"content_fallbacks": ["gpt"]}, "content_fallbacks"),
            ({"abilities": {"tools": "yes"}}, "abilities.tools"),
            ({"abilities": {"sight": True}}, "abilities.sight"),
            ({"strategy": "fastest"}, "strategy"),
        ],
        ids=lambda given: given if isinstance(given, str) else None,
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, session: AsyncSession, said: dict[str, Any], field: str
    ) -> None:
        """And nothing of it is kept."""
        with pytest.raises(ChangeRefused) as caught:
            await put(session, **{"strategy": "latency", **said})

        assert caught.value.field == field
        assert await list_models(session) == []
        assert await revision(session) == 0

    @pytest.mark.parametrize(
        ("name", "aliases", "field"),
        [("o1", ["o2", "latest"], "aliases[1]"), ("o1", ["gpt"], "aliases[0]"), ("latest", [], "name")],
        ids=["an alias of another", "the name of another", "a model named as an alias of another"],
    )
    async def test_a_name_stands_for_one_model(
        self, session: AsyncSession, name: str, aliases: list[str], field: str
    ) -> None:
        """Or a request would depend on the order of rows."""
        await put(session, "gpt", aliases=["latest"])

        with pytest.raises(AlreadyThere) as caught:
            await put(session, name, aliases=aliases)

        assert caught.value.field == field

    async def test_a_model_may_be_said_again_with_its_own_aliases(self, session: AsyncSession) -> None:
        """They are nobody else's."""
        await put(session, aliases=["latest"])
        await put(session, aliases=["latest", "newest"])

        assert [model.aliases for model in await list_models(session)] == [["latest", "newest"]]

    async def test_it_can_be_forgotten_once(self, session: AsyncSession) -> None:
        """Its aliases are free then."""
        await put(session, aliases=["latest"])
        await remove_model(session, "gpt")
        await put(session, "o1", aliases=["latest"])

        with pytest.raises(NoSuch, match="gpt"):
            await remove_model(session, "gpt")


class TestPools:
    async def test_it_has_limits_and_can_have_others(self, session: AsyncSession) -> None:
        """There is one of a name."""
        await put_pool(session, "b", {"rpm": 5})
        await put_pool(session, "a", {})
        await put_pool(session, " b ", {"tpm": 7, "concurrency": 2})

        assert [(pool.name, pool.limits) for pool in await list_pools(session)] == [
            ("a", {}),
            ("b", {"tpm": 7, "concurrency": 2}),
        ]

    @pytest.mark.parametrize(
        ("name", "limits", "field"),
        [
            ("", {}, "name"),
            ("a", {"rpm": 0}, "limits.rpm"),
            ("a", {"tpm": 1.5}, "limits.tpm"),
            ("a", {"rph": 1}, "limits.rph"),
            ("a", {"spend_nano_usd_per_day": 2**53}, "limits.spend_nano_usd_per_day"),
        ],
        ids=["no name", "zero", "half a token", "unknown", "more than a number can say"],
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, session: AsyncSession, name: str, limits: dict[str, Any], field: str
    ) -> None:
        """And no pool is made."""
        with pytest.raises(ChangeRefused) as caught:
            await put_pool(session, name, limits)

        assert caught.value.field == field
        assert await list_pools(session) == []

    async def test_one_that_a_key_is_in_stays(self, session: AsyncSession, secrets: Secrets) -> None:
        """Its limits would be gone without a word."""
        await put_pool(session, "acme", {"rpm": 5})
        wanted = Wanted(models=["gpt"])
        channel = await add_channel(
            session, PROVIDERS, name="main", provider="openai", wanted=wanted, secrets=secrets
        )
        key = await add_channel_key(
            session, secrets, channel, OPENAI, "sk-one", wanted=WantedKey(pool="acme")
        )
        with pytest.raises(ChangeRefused, match="in use") as caught:
            await remove_pool(session, "acme")
        assert caught.value.field == "name"

        await remove_channel_key(session, key)
        await remove_pool(session, "acme")

        assert await find_pool(session, "acme") is None
        with pytest.raises(NoSuch, match="acme"):
            await remove_pool(session, "acme")


CHANGES: dict[str, Change] = {
    "a model": put,
    "a model again": lambda session: put(session, strategy="latency"),
    "no model": lambda session: remove_model(session, "gpt"),
    "a pool": lambda session: put_pool(session, "acme", {}),
    "no pool": lambda session: remove_pool(session, "acme"),
    "rules": lambda session: put_rules(session, PROVIDERS, "openai", [RULE]),
    "no rules": lambda session: put_rules(session, PROVIDERS, "openai", []),
}


async def test_every_write_is_heard_of_by_running_servers(session: AsyncSession) -> None:
    """One after the other, each moves the topic by one."""
    for number, change in enumerate(CHANGES.values(), 1):
        await change(session)
        assert await revision(session) == number


async def test_what_is_said_is_in_the_directory(session: AsyncSession, secrets: Secrets) -> None:
    """As the road needs it."""
    await put(session, aliases=["latest"], fallbacks=["o1"], abilities={"tools": False})
    await put(session, "o1")
    await put_rules(session, PROVIDERS, "openai", [RULE])

    found = await load_directory(session, secrets, PROVIDERS, {"vip": "latency"})

    route = found.route("latest", "vip", "openai_chat", Kind.CHAT)
    assert (route.model, route.strategy) == ("gpt", "latency")
    assert [(stage.model, stage.abilities.tools) for stage in route.stages] == [("gpt", False), ("o1", None)]
    assert [each.message for each in found.rules["openai"]] == ["no more"]
