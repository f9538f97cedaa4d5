"""The relay's one ASGI handler: every path that clients of any dialect use comes through here."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT
from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.models import ModelCard, model_page, models_page
from oblivious.adapters.registry import AS_EVENTS, FACES, array_face, face_of
from oblivious.contracts.errors import (
    MethodNotAllowed,
    RelayError,
    UnknownModel,
    UnknownPath,
    UpgradeUnsupported,
)
from oblivious.contracts.ids import new_id
from oblivious.gateway.road.authenticate import authenticate
from oblivious.gateway.road.exchange import Exchange, Receive, Send
from oblivious.gateway.road.headers import id_headers, request_id_of
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.relay import relay
from oblivious.gateway.routes.cors import Cors
from oblivious.gateway.routes.paths import Place, place_of
from oblivious.gateway.routes.proxies import Proxies

Scope = MutableMapping[str, Any]

_GOOGLES = b"/v1beta"
_HELLO = b'{"service":"oblivious","status":"ok"}'


class RelayApp:
    """Answers every request that is not the console's or an operator's."""

    def __init__(self, road: Road, cors: Cors, proxies: Proxies) -> None:
        self._road = road
        self._cors = cors
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            await _refuse_upgrade(dict(scope["headers"]), send)
            return
        place = place_of(scope["raw_path"])
        headers: Headers = scope["headers"]
        cors = self._cors.for_answer(headers) if self._cors.enabled else []
        if place.endpoint is not None and scope["method"] == "POST":
            query = scope["query_string"]
            face = (
                array_face(place.endpoint)
                if place.stream and AS_EVENTS not in query
                else face_of(place.endpoint)
            )
            exchange = Exchange(place.endpoint, face, headers, query, receive=receive, send=send)
            if place.model:
                exchange.named = place.model, place.stream
            exchange.request_id = request_id_of(exchange.headers, exchange.id)
            exchange.cors = cors
            exchange.client = self._proxies.client_of(scope["client"][0], headers)
            exchange.task = asyncio.current_task()
            await relay(self._road, exchange)
            return
        await self._aside(scope, place, dict(headers), cors, send)

    async def _aside(
        self, scope: Scope, place: Place, headers: dict[bytes, bytes], cors: Headers, send: Send
    ) -> None:
        """Serve what is not an exchange: greetings, model lists, preflights, and every wrong turn."""
        method: str = scope["method"]
        if method == "OPTIONS" and self._cors.enabled and b"access-control-request-method" in headers:
            await _answer(send, 204, self._cors.for_preflight(headers), b"")
            return
        dialect, own_id = _dialect_of(scope["raw_path"], place, headers), new_id()
        request_id = request_id_of(headers, own_id)
        try:
            body = await self._page(place, dialect, method, headers, scope["query_string"])
            status, more = 200, [(b"content-type", b"application/json")]
        except RelayError as error:
            status, more, body = FACES[dialect].error(error, request_id)
        more += id_headers(request_id, own_id, dialect)
        await _answer(send, status, more + cors, b"" if method == "HEAD" else body)

    async def _page(
        self, place: Place, dialect: str, method: str, headers: dict[bytes, bytes], query: bytes
    ) -> bytes:
        if place.kind == "nothing":
            raise UnknownPath("there is no such endpoint here; the base URL ends in /v1")
        if place.endpoint is not None:
            raise MethodNotAllowed(f"{place.endpoint.name} takes POST, not {method}")
        if method == "POST" and ":" in place.model:
            raise UnknownPath("there is no such action of models here")
        if method not in {"GET", "HEAD"}:
            raise MethodNotAllowed(f"this endpoint takes GET, not {method}")
        if place.kind == "hello":
            return _HELLO
        caller = await authenticate(headers, query, self._road.callers)
        models = [ModelCard(*listed) for listed in self._road.directory.models(caller.group)]
        if place.kind == "models":
            return models_page(models, dialect)
        for model in models:
            if model.name == place.model:
                return model_page(model, dialect)
        raise UnknownModel(f"the model {place.model!r} does not exist here", param="model")


def _dialect_of(raw_path: bytes, place: Place, headers: dict[bytes, bytes]) -> str:
    """Return whose words to use where no endpoint says it.

    Anthropic's clients always name their version; Google's have a version of their own, or a header for keys.
    """
    if place.endpoint is not None:
        return place.endpoint.dialect
    if b"x-goog-api-key" in headers or _GOOGLES in raw_path:
        return GEMINI
    return ANTHROPIC if b"anthropic-version" in headers else OPENAI_CHAT


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    headers = [*headers, (b"content-length", b"%d" % len(body))] if body else headers
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _refuse_upgrade(asked: dict[bytes, bytes], send: Send) -> None:
    """Answer 426: a client that tries a WebSocket first then falls back to plain HTTP."""
    own_id = new_id()
    error = UpgradeUnsupported("there is no WebSocket here; use plain HTTP")
    body = b'{"error":{"message":"%s","type":"invalid_request_error","param":null,"code":"%s"}}' % (
        error.message.encode(),
        error.code.encode(),
    )
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *id_headers(request_id_of(asked, own_id), own_id, OPENAI_CHAT),
    ]
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})
