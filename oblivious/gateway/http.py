"""Every HTTP route of a gateway process, put together."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Litestar

from oblivious.gateway.routes.paths import place_of
from oblivious.gateway.routes.relay import RelayApp

_FRAMEWORKS = re.compile(rb"/(api/v1|healthz|readyz|metrics|openapi\.json|docs)(/|$)")
"""What is not the relay's. A mount at the root would take every path with a parameter from the framework."""


class Front:
    """Takes what is relayed before the framework sees it, and leaves it what is the framework's by its path.

    The framework wraps every `send`, which a stream would pay for with every chunk. `relay_of` gives what
    exists only once the lifespan has begun.
    """

    def __init__(self, framework: Litestar, relay_of: Callable[[], RelayApp]) -> None:
        self._framework = framework
        self._relay_of = relay_of

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Return the coroutine that serves the request; one frame less than awaiting it here."""
        kind = scope["type"]
        if kind == "http" and place_of(scope["raw_path"]).endpoint is not None:
            return self._relay_of()(scope, receive, send)
        if kind == "lifespan" or (kind == "http" and _FRAMEWORKS.match(scope["raw_path"])):
            return self._framework(scope, receive, send)
        return self._relay_of()(scope, receive, send)
