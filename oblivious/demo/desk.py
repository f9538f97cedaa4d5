"""Decides, for every request, what is to be played: endpoint, key, behaviour, fault."""

from collections import Counter
from random import Random
from time import time

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.cast import Cast
from oblivious.demo.clouds import tokens
from oblivious.demo.endpoint import Endpoint
from oblivious.demo.faults import DIE_AFTER, FAULTS, OTHER_FORM
from oblivious.demo.mint import Mint
from oblivious.demo.options import DemoOptions, default_behaviour
from oblivious.demo.other_form import turned
from oblivious.demo.reply import Failure, Refusal, Reply
from oblivious.demo.routes import find
from oblivious.demo.script import Scene, Script, well
from oblivious.demo.served import Served
from oblivious.demo.settings import UnknownSetting, changed, from_headers, from_model, items_of
from oblivious.demo.wire.request import Request

_KEY_HEADERS = ("x-api-key", "api-key", "x-goog-api-key")
_HINT_CHARS = 4
_OUTLIVED = Failure(401, "The access token of this demo upstream has expired.", code="ACCESS_TOKEN_EXPIRED")


class Desk:
    """Turns requests into scripts. It knows of no connection.

    Raises:
        UnknownSetting: the options ask for something that the demo can't do.
    """

    def __init__(self, options: DemoOptions, cast: Cast) -> None:
        self._cast = cast
        self._default = default_behaviour(options)
        self._api_keys = frozenset(options.api_keys)
        self._dice = Random(options.seed)
        self._mint = Mint()
        self._served_before: Counter[str] = Counter()

    def receive(self, request: Request) -> tuple[Script, Served]:
        """Return what is to be played for a request, and its record to be filled in."""
        endpoint = find(request)
        signed = endpoint.key(request, self._api_keys) if endpoint.key is not None else ""
        key = signed or _presented_key(request)
        served = Served(
            request.headers.get("x-request-id", ""),
            time(),
            request.method,
            request.path,
            dialect=endpoint.dialect.name,
            key=key[-_HINT_CHARS:],
        )
        try:
            self._check_key(key, endpoint)
            scene = self._scene(endpoint, request, served, key)
        except Refusal as refusal:
            return well(self._refusing(endpoint, request, refusal.failure)), served
        served.fault, served.usage = scene.behaviour.fault, scene.reply.usage
        return _direct(scene), served

    def _check_key(self, key: str, endpoint: Endpoint) -> None:
        if endpoint is tokens.TOKENS:  # what asks for a token has none
            return
        if tokens.made(key):
            if tokens.outlived(key):
                raise Refusal(_OUTLIVED)
        elif self._api_keys and key not in self._api_keys:
            raise Refusal(endpoint.dialect.unknown_key)

    def _scene(self, endpoint: Endpoint, request: Request, served: Served, key: str) -> Scene:
        envelope = endpoint.envelope(request)
        served.model, served.stream = envelope.model, bool(envelope.stream)
        behaviour = self._draw(self._behaviour(envelope.model, request, key), envelope.model)
        if behaviour.fault == OTHER_FORM:
            request = turned(request, stream=served.stream)
            endpoint = find(request)
        reply = endpoint.reply(request, behaviour, self._mint)
        return self._set(endpoint, request, reply, behaviour)

    def _behaviour(self, model: str, request: Request, key: str) -> Behaviour:
        try:
            default = changed(tuple(items_of(self._cast.plays(key))), self._default)
            return from_headers(request.headers, from_model(model, default))
        except UnknownSetting as error:
            raise Refusal(Failure(400, str(error), "model", "unknown_demo_setting")) from error

    def _draw(self, behaviour: Behaviour, model: str) -> Behaviour:
        """Return the behaviour without its fault if the dice, or the count of requests, spare this one."""
        spared = behaviour.fault_rate < 1 and self._dice.random() >= behaviour.fault_rate
        if behaviour.fault == DIE_AFTER:
            self._served_before[model] += 1
            spared = self._served_before[model] <= int(behaviour.fault_value)
        return msgspec.structs.replace(behaviour, fault="") if spared else behaviour

    def _refusing(self, endpoint: Endpoint, request: Request, failure: Failure) -> Scene:
        scene = self._set(endpoint, request, Reply(), self._default)
        return scene.failing(failure, failure.status)

    def _set(self, endpoint: Endpoint, request: Request, reply: Reply, behaviour: Behaviour) -> Scene:
        return Scene(
            reply,
            endpoint.dialect,
            behaviour,
            self._mint.new_id("req_"),
            keep_alive=request.keep_alive and request.chunkable,
            chunkable=request.chunkable,
            head_only=request.method == "HEAD",
        )


def _direct(scene: Scene) -> Script:
    behaviour = scene.behaviour
    return FAULTS[behaviour.fault].direct(scene, behaviour.fault_value) if behaviour.fault else well(scene)


def _presented_key(request: Request) -> str:
    """Return the API key of a request, wherever it came; "" if none did."""
    for header in _KEY_HEADERS:
        if header in request.headers:
            return request.headers[header]
    return request.query.get("key", "") or request.headers.get("authorization", "").removeprefix("Bearer ")
