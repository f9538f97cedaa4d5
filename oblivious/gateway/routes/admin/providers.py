"""`/api/v1/providers`: the provider table, as it came with this release."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.inquiries.balances import tells_balance
from oblivious.channels.inquiries.models import tells_models
from oblivious.gateway.routes.admin.answers import LISTS, READS
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.lists import asked_of, called, listed, page_of
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.shelf import Shelf, look_through


class ProviderShown(msgspec.Struct, frozen=True):
    """A vendor, or a kind of endpoint that many run.

    Attributes:
        dialects: dialect to base URL; empty where each channel says its own.
        auth: dialect to how a key is presented.
        needs_key: a channel without a key makes no sense.
        free: what it answers costs nothing.
        key_variable: the environment variable that usually holds a key; empty: none.
        only: dialect to a pattern that names of models must match there; without one it is for all.
        unsupported: what its chat completions refuse or take no notice of.
        tells_models, tells_balance: can be asked for its models, and for the balance of an account.
        source: where this was read, and when.
    """

    name: str
    dialects: Mapping[str, str]
    auth: Mapping[str, str]
    needs_key: bool
    free: bool
    key_variable: str
    only: Mapping[str, str]
    unsupported: Sequence[str]
    tells_models: bool
    tells_balance: bool
    source: str


def _shown(provider: Provider) -> ProviderShown:
    return ProviderShown(
        name=provider.name,
        dialects=provider.speaks,
        auth={dialect: provider.auth_of(dialect).value for dialect in provider.speaks},
        needs_key=provider.needs_key,
        free=provider.free,
        key_variable=provider.key_variable,
        only=provider.only,
        unsupported=sorted(provider.unsupported),
        tells_models=tells_models(provider),
        tells_balance=tells_balance(provider),
        source=provider.source,
    )


ProviderPage = Annotated[Page[ProviderShown], called("ProviderPage")]

PROVIDER_LIST: Shelf[Provider] = Shelf(
    fields={
        "name": Field(lambda provider: provider.name),
        "dialect": Field(
            lambda provider: provider.speaks, sorts=False, holds=lambda speaks, value: value in speaks
        ),
        "needs_key": Field(lambda provider: provider.needs_key, bool),
        "tells_balance": Field(tells_balance, bool),
        "free": Field(lambda provider: provider.free, bool),
    },
    searched=(lambda provider: provider.name,),
    key="name",
    usual="name",
)


class Providers(Controller):
    """Vendors that channels can be made for."""

    path = "/providers"
    tags = ("providers",)

    @get(summary="List providers", responses=LISTS, operation_class=listed(PROVIDER_LIST))
    async def list_providers(self, request: AdminRequest, parts: Parts) -> ProviderPage:
        """Return the vendors that channels can be made for."""
        found = look_through(PROVIDER_LIST, list(parts.providers.values()), asked_of(request, PROVIDER_LIST))
        return page_of(found, _shown)

    @get("/{name:str}", summary="Get a provider", responses=READS)
    async def get_provider(self, name: Annotated[str, PathParameter()], parts: Parts) -> ProviderShown:
        """Return one vendor.

        Raises:
            NotFoundException: the table has none of that name.
        """
        provider = parts.providers.get(name)
        if provider is None:
            raise NotFoundException(detail=f"there is no provider {name!r}")
        return _shown(provider)
