"""`/api/v1/providers/{name}/rules`: how an operator has a provider's failures understood."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, put
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody, PathParameter
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.catalogue import put_rules
from oblivious.channels.judge import Rule, read_rules
from oblivious.channels.tables import ProviderRules
from oblivious.gateway.routes.admin.answers import EDITS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.etags import ETAG, IfMatch, check_match, tagged
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rows import remember
from oblivious.infra.database.sessions import reading, writing

ProviderName = Annotated[str, PathParameter()]


class RulesShown(msgspec.Struct, frozen=True):
    """How an operator has a provider's failures understood.

    Attributes:
        rules: asked in this order, before the gateway's own table; empty: only that table is asked.
    """

    provider: str
    rules: Sequence[Rule]


class RulesWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules that a provider shall have, instead of those that are there; none: back to our table."""

    rules: list[dict[str, Any]]


class Rules(Controller):
    """How providers' failures are understood, where our own table has it wrong."""

    path = "/providers/{name:str}/rules"
    tags = ("providers",)

    @get(summary="Get a provider's rules", responses=READS, response_headers=ETAG)
    async def get_rules(self, name: ProviderName, parts: Parts) -> Response[RulesShown]:
        """Return the rules of one provider, mostly none."""
        _check(parts, name)
        async with reading(parts.maker) as session:
            return tagged(await _rules_of(session, name))

    @put(summary="Set a provider's rules", responses=EDITS, response_headers=ETAG)
    async def set_rules(
        self,
        request: AdminRequest,
        name: ProviderName,
        parts: Parts,
        data: JSONBody[RulesWish],
        if_match: IfMatch = None,
    ) -> Response[RulesShown]:
        """Put rules in the place of those that are there; running gateways know them within a second."""
        _check(parts, name)
        async with writing(parts.maker) as session:
            before = await _rules_of(session, name, held=True)
            check_match(if_match, before)
            await put_rules(session, parts.providers, name, data.rules)
            after = await _rules_of(session, name)
            await remember(session, request.user, "edit", "provider rules", name, before=before, after=after)
        return tagged(after)


def _check(parts: AdminParts, name: str) -> None:
    if name not in parts.providers:
        raise NotFoundException(detail=f"there is no provider {name!r}")


async def _rules_of(session: AsyncSession, name: str, *, held: bool = False) -> RulesShown:
    row = await session.get(ProviderRules, name, with_for_update=held or None)
    return RulesShown(name, read_rules(row.rules if row is not None else []))
