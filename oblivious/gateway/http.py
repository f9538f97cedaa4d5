"""Every HTTP route of a gateway process, put together."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

from litestar import Litestar, asgi
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.types import Receive, Scope, Send

from oblivious import __version__
from oblivious.gateway.routes.health import Check, Scrape, healthz, metrics, openapi, readyz
from oblivious.gateway.routes.paths import place_of
from oblivious.gateway.routes.relay import RelayApp

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


class Front:
    """Takes what is relayed before the framework sees it, and leaves everything else to the framework.

    The framework wraps every `send`, which a stream would pay for with every chunk.
    """

    def __init__(self, framework: Litestar, relay_of: Callable[[], RelayApp]) -> None:
        self._framework = framework
        self._relay_of = relay_of

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Return the coroutine that serves the request; one frame less than awaiting it here."""
        if scope["type"] == "http" and place_of(scope["raw_path"]).endpoint is not None:
            return self._relay_of()(scope, receive, send)
        return self._framework(scope, receive, send)


def http_app(relay_of: Callable[[], RelayApp], *, check: Check, scrape: Scrape, lifespan: Lifespan) -> Front:
    """Return the ASGI application: health, metrics, the API's description, and the relay below all else.

    `relay_of` gives the relay, which exists only once the lifespan has begun.
    """

    @asgi("/", is_mount=True, copy_scope=False)
    async def relay(scope: Scope, receive: Receive, send: Send) -> None:
        await relay_of()(cast("Any", scope), cast("Any", receive), cast("Any", send))

    framework = Litestar(
        [healthz, readyz, metrics, openapi, relay],
        lifespan=[lifespan],
        logging_config=None,
        dependencies={
            "check": Provide(lambda: check, sync_to_thread=False),
            "scrape": Provide(lambda: scrape, sync_to_thread=False),
        },
        openapi_config=OpenAPIConfig(
            title="Oblivious",
            version=__version__,
            path="/docs",  # at "/" its own fallback route would collide with the relay's mount
            render_plugins=[SwaggerRenderPlugin()],
        ),
    )
    return Front(framework, relay_of)
