"""A provider's rules as the admin API shows them."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.judge import Rule, read_rules
from oblivious.channels.tables import ProviderRules

RULES = "provider rules"
"""How the audit calls them."""


class RulesShown(msgspec.Struct, frozen=True):
    """How an operator has a provider's failures understood.

    Attributes:
        rules: asked in this order, before the gateway's own table; empty: only that table is asked.
    """

    provider: str
    rules: Sequence[Rule]


async def rules_of(session: AsyncSession, name: str, *, held: bool = False) -> RulesShown:
    """Return the rules of a provider; `held` keeps them as they are until the transaction ends."""
    row = await session.get(ProviderRules, name, with_for_update=held or None)
    return RulesShown(name, read_rules(row.rules if row is not None else []))
