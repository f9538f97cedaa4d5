"""The gateway's application with a stopwatch on every step; see `bench.stopwatch`."""

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litestar import Litestar

from bench.stopwatch import DUMP, Watch, dump_for_ever, timed

_ROAD = "oblivious.gateway.road"

# What is timed, as it is found: name in the table, module, attribute (a dot leads into a class).
PARTS: tuple[tuple[str, str, str], ...] = (
    ("route: path, exchange, request id", "oblivious.gateway.routes.relay", "RelayApp.__call__"),
    ("relay: the road itself", "oblivious.gateway.routes.relay", "relay"),
    ("accept: body, envelope", f"{_ROAD}.relay", "accept"),
    ("authenticate", f"{_ROAD}.relay", "authenticate"),
    ("resolve: candidates, price", f"{_ROAD}.relay", "resolve"),
    ("admit: hold, meters", f"{_ROAD}.relay", "admit"),
    ("admit: take (packed for Redis)", "oblivious.infra.state.redis.store", "RedisStateStore.take"),
    ("failover, attempt", f"{_ROAD}.relay", "first_willing"),
    ("hunt: the next channel", f"{_ROAD}.hunt", "Hunt.next"),
    ("hunt: what became of it", f"{_ROAD}.hunt", "Hunt.succeeded"),
    ("convert", f"{_ROAD}.attempt", "convert"),
    ("send: upstream client", "oblivious.infra.upstream.client", "Client.send"),
    ("commit: first events", f"{_ROAD}.ask", "commit"),
    ("stream back", f"{_ROAD}.relay", "hand_back"),
    ("end: hold to spent", f"{_ROAD}.stream_back", "end"),
    ("end: give back (packed for Redis)", "oblivious.infra.state.redis.store", "RedisStateStore.finish"),
    ("meter: usage, cost", f"{_ROAD}.end", "metered"),
    ("report: metrics, log line", f"{_ROAD}.end", "report"),
    ("journal: append", "oblivious.infra.bus.journal", "Journal.append"),
    ("journal: write, once a turn", "oblivious.infra.bus.journal", "Journal._write"),
    ("upstream: bytes read", "oblivious.infra.upstream.protocol", "Connection.data_received"),
    ("Redis: bytes written, once a turn", "oblivious.infra.state.redis.store", "RedisStateStore._send_turns"),
    ("Redis: bytes read", "oblivious.infra.state.redis.wire", "Wire.data_received"),
)


def create() -> Litestar:
    """Return the application; Granian calls this in each gateway process."""
    sending = Watch("send: answer to the server")
    _watch_sending(sending)
    watches = [*[_watch(*part) for part in PARTS], sending]
    dump_for_ever(watches, Path(os.environ[DUMP]))
    asgi = importlib.import_module("oblivious.app.asgi")
    app: Litestar = asgi.create()
    return app


def _watch_sending(watch: Watch) -> None:
    """Put a watch around what the server hands down for the answer, which is another one each time."""
    relay_app = importlib.import_module("oblivious.gateway.routes.relay").RelayApp
    called = relay_app.__call__

    async def call(self: object, scope: object, receive: object, send: Callable[..., Any]) -> None:
        await called(self, scope, receive, timed(send, watch))

    relay_app.__call__ = call


def _watch(name: str, module: str, attribute: str) -> Watch:
    watch = Watch(name)
    owner: object = importlib.import_module(module)
    *classes, last = attribute.split(".")
    for part in classes:
        owner = getattr(owner, part)
    setattr(owner, last, timed(getattr(owner, last), watch))
    return watch
