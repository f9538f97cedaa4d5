"""What a file changes of what is there, and what it leaves alone."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from oblivious.app.declared.house import TABLES
from oblivious.billing.tables import Price
from oblivious.channels.repository import get_channel
from oblivious.channels.tables import Origin
from oblivious.identity.audit import AuditRow
from oblivious.identity.users import create_user
from oblivious.infra.database.sessions import reading, writing
from tests.integration.app.declared_house import (
    FIRST,
    HEAD,
    DeclaredHouse,
    add_by_hand,
    keys_of,
)


class TestSections:
    FILE = HEAD + "groups: {default: {}, a: {}}\npools: {p: {}}\nprices: {m: {input: 1, output: 2}}\n" + FIRST

    async def test_one_that_is_not_there_is_left_alone(self, house: DeclaredHouse) -> None:
        """Whatever is in it."""
        await house.apply(self.FILE)

        assert await house.apply(HEAD) == []
        assert await house.apply(HEAD + "pools: {q: {}}") == ["- pools p", "+ pools q: {}"]

    async def test_in_one_that_is_there_goes_what_is_not_named(self, house: DeclaredHouse) -> None:
        """But for the groups that are there from the start."""
        await house.apply(self.FILE)

        gone = await house.apply(HEAD + "groups: {}\npools: {}\nprices: {}\nchannels: []\n")

        assert gone == ["- groups a", "- pools p", "- prices m", "- channels main"]
        assert "default" in await house.export()

    async def test_unless_it_is_kept(self, house: DeclaredHouse) -> None:
        """Keys of a channel that is named stay as well."""
        await house.apply(self.FILE)
        text = HEAD + "pools: {}\nchannels: [{name: main, provider: openai, models: [new], keys: []}]\n"

        assert await house.apply(text, keep=True) == ['~ channels main: models: ["fast","slow"] -> ["new"]']

    async def test_a_price_that_is_as_it_is_said_is_not_set_again(self, house: DeclaredHouse) -> None:
        """So its row still says when it was."""
        await house.apply(self.FILE)
        async with writing(house.maker) as session:
            (await session.get_one(Price, "m")).source = "price set 2026-01-01"

        await house.apply(HEAD + "prices: {m: {input: '1.000', output: 2}, n: {input: 1, output: 1}}\n")

        async with reading(house.maker) as session:
            assert (await session.get_one(Price, "m")).source == "price set 2026-01-01"

    async def test_aliases_go_from_one_model_to_another(self, house: DeclaredHouse) -> None:
        """In either direction, and to a name that was a model's."""
        await house.apply(HEAD + "models: {a: {aliases: [x]}, b: {aliases: [y]}, c: {}}\n")

        assert await house.apply(HEAD + "models: {a: {aliases: [y, c]}, b: {aliases: [x]}}\n") == [
            '~ models a: aliases: ["x"] -> ["y","c"]',
            '~ models b: aliases: ["y"] -> ["x"]',
            "- models c",
        ]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("pools: {}\n", "2: pools.p: is not named, and cannot go: is in use"),
            (
                "prices: {}\ngroups: {default: {}}\n",
                "3: groups.a: is not named, and cannot go: users are in it",
            ),
        ],
        ids=["a pool with a key in it", "a group with somebody in it"],
    )
    async def test_what_is_in_use_does_not_go(self, house: DeclaredHouse, text: str, told: str) -> None:
        """The section's line tells it, since nothing in it does."""
        channel = FIRST.replace("FIRST_KEY}", "FIRST_KEY}, pool: p")
        await house.apply(HEAD + "groups: {default: {}, a: {}}\npools: {p: {}}\n" + channel)
        async with writing(house.maker) as session:
            await create_user(session, "a@example.org", account_id=1, group="a")

        (line,) = await house.refused(HEAD + text)

        assert line.startswith(told)


class TestChannelsThatAppearByThemselves:
    async def test_they_are_no_business_of_a_file(self, house: DeclaredHouse) -> None:
        """Neither exported nor removed."""
        await add_by_hand(house, "found", "sk-found-0123456789", origin=Origin.ENVIRONMENT)

        assert "found" not in await house.export()
        assert await house.apply(HEAD + "channels: []\n") == []
        assert len(await keys_of(house, "found")) == 1

    async def test_until_one_names_them(self, house: DeclaredHouse) -> None:
        """From then on they are the operator's."""
        channel = await add_by_hand(house, "main", "sk-first-0123456789", origin=Origin.ENVIRONMENT)

        await house.apply(HEAD + FIRST)

        async with reading(house.maker) as session:
            taken = await get_channel(session, "main")
        assert (taken.id, taken.origin) == (channel.id, Origin.OPERATOR)


class TestAudit:
    async def test_every_change_leaves_a_row_without_secrets(self, house: DeclaredHouse) -> None:
        """With both sides of it, by the command line; what has not changed leaves none."""
        await house.apply(HEAD + "pools: {p: {}}\n" + FIRST)
        await house.apply(HEAD + "pools: {}\n" + FIRST.replace("fast, slow", "fast"))
        await house.apply(HEAD + FIRST.replace("fast, slow", "fast"))

        async with reading(house.maker) as session:
            rows = list(await session.scalars(select(AuditRow).order_by(col(AuditRow.id))))

        assert [(row.action, row.kind, row.name) for row in rows] == [
            ("create", "pool", "p"),
            ("create", "channel", "main"),
            ("delete", "pool", "p"),
            ("edit", "channel", "main"),
        ]
        assert {(row.user_id, row.key_id) for row in rows} == {(0, 0)}
        before, after = rows[3].before, rows[3].after
        assert before is not None
        assert after is not None
        assert (before["models"], after["models"]) == (["fast", "slow"], ["fast"])
        assert after["keys"][0] == {"secret": {"env": "FIRST_KEY"}}
        assert "0123456789" not in str([(row.before, row.after) for row in rows])


def test_every_table_that_a_file_writes_to_is_held() -> None:
    """Else two who write could wait for each other."""
    assert {table.__tablename__ for table in TABLES} == {
        "groups", "pools", "models", "provider_rules", "prices", "channels", "channel_keys",
    }  # fmt: skip
