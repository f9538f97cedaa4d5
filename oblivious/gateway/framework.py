"""What Litestar serves: health, metrics, the admin API and its description."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from litestar import Litestar
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from oblivious import __version__
from oblivious.gateway.routes.admin.api import SECURITY, admin_router
from oblivious.gateway.routes.admin.parts import PartsOf
from oblivious.gateway.routes.admin.problems import PROBLEMS
from oblivious.gateway.routes.health import Check, Scrape, healthz, metrics, openapi, readyz

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def framework(*, admin_of: PartsOf, check: Check, scrape: Scrape, lifespan: Lifespan) -> Litestar:
    """Return the application of every route that is not the relay's.

    `admin_of` gives what exists only once the lifespan has begun.
    """
    return Litestar(
        [healthz, readyz, metrics, openapi, admin_router(admin_of)],
        lifespan=[lifespan],
        logging_config=None,
        exception_handlers=PROBLEMS,
        dependencies={
            "check": Provide(lambda: check, sync_to_thread=False),
            "scrape": Provide(lambda: scrape, sync_to_thread=False),
        },
        openapi_config=OpenAPIConfig(
            title="Oblivious",
            version=__version__,
            path="/docs",
            render_plugins=[SwaggerRenderPlugin()],
            components=SECURITY,
            operation_id_creator=_named,
        ),
    )


def _named(handler: HTTPRouteHandler, _method: Method, _path: list[str | PathParameterDefinition]) -> str:
    """Name an operation after its function, so that generated clients read well."""
    return handler.handler_name
