"""How operators have failures of a provider understood."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.catalogue import list_rules, put_rules
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, writing

RULE = {"fault": "billing", "status": 429, "message": "no more"}


@pytest.fixture
async def session(maker: Sessions) -> AsyncIterator[AsyncSession]:
    async with writing(maker) as session:
        yield session


async def revision(session: AsyncSession) -> int:
    return (await read_revisions(session))[Topic.CHANNELS]


class TestRules:
    async def test_they_are_kept_by_provider(self, session: AsyncSession) -> None:
        """In their order; the new ones take the place of the old ones."""
        await put_rules(session, PROVIDERS, "openai", [RULE])
        await put_rules(session, PROVIDERS, "openai", [{"fault": "rate", "word": "busy"}, RULE])
        await put_rules(session, PROVIDERS, "anthropic", [RULE])

        assert [(row.provider, row.rules) for row in await list_rules(session)] == [
            ("anthropic", [RULE]),
            ("openai", [{"fault": "rate", "word": "busy"}, RULE]),
        ]

    async def test_no_rules_are_no_row(self, session: AsyncSession) -> None:
        """And to take away what is not there changes nothing."""
        await put_rules(session, PROVIDERS, "openai", [RULE])
        await put_rules(session, PROVIDERS, "openai", [])
        before = await revision(session)
        await put_rules(session, PROVIDERS, "openai", [])

        assert await list_rules(session) == []
        assert await revision(session) == before

    @pytest.mark.parametrize(
        ("provider", "rules", "field"),
        [
            ("opnai", [RULE], "provider"),
            ("openai", [RULE, {"fault": "rate"}], "rules[1]"),
            ("openai", [{**RULE, "message": "("}], "rules[0].message"),
            ("openai", [{**RULE, "fault": "slow"}], "rules[0].fault"),
        ],
        ids=["no such provider", "fits everything", "no pattern", "no such fault"],
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, session: AsyncSession, provider: str, rules: list[dict[str, Any]], field: str
    ) -> None:
        """What was said before holds."""
        await put_rules(session, PROVIDERS, "openai", [RULE])

        with pytest.raises(ChangeRefused) as caught:
            await put_rules(session, PROVIDERS, provider, rules)

        assert caught.value.field == field
        assert [row.rules for row in await list_rules(session)] == [[RULE]]
