"""`/api/v1/providers/{name}/rules`: how an operator has a provider's failures understood."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, put
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody, PathParameter

from oblivious.channels.catalogue import put_rules
from oblivious.gateway.routes.admin.answers import EDITS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.etags import ETAG, IfMatch, check_match, tagged
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rules_shown import RULES, RulesShown, rules_of
from oblivious.identity.audit import note_change
from oblivious.infra.database.sessions import reading, writing

ProviderName = Annotated[str, PathParameter()]


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
            return tagged(await rules_of(session, name))

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
            before = await rules_of(session, name, held=True)
            check_match(if_match, before)
            await put_rules(session, parts.providers, name, data.rules)
            after = await rules_of(session, name)
            await note_change(session, request.user, "edit", RULES, name, before=before, after=after)
        return tagged(after)


def _check(parts: AdminParts, name: str) -> None:
    if name not in parts.providers:
        raise NotFoundException(detail=f"there is no provider {name!r}")
