"""The name of a request in its answer, in the log and in the audit."""

from collections.abc import MutableMapping
from typing import Any, cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from oblivious.contracts.ids import new_id
from oblivious.gateway.road.headers import request_id_of

_KEY = "oblivious.request_id"
REQUEST_ID = b"x-request-id"


def request_id(scope: Scope) -> str:
    """Return the client's own id if it is well-formed, else one of ours; always the same for a request."""
    kept = cast("MutableMapping[str, Any]", scope)
    if _KEY not in kept:
        kept[_KEY] = request_id_of(dict(scope["headers"]), new_id())
    name: str = kept[_KEY]
    return name


def naming(app: ASGIApp) -> ASGIApp:
    """Return the application with the request's name in the head of every answer."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                if not any(name == REQUEST_ID for name, _ in headers):
                    message["headers"] = [*headers, (REQUEST_ID, request_id(scope).encode())]
            await send(message)

        await app(scope, receive, tell)

    return named
