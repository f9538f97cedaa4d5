"""What Granian loads in every gateway process."""

import gc
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from litestar import Litestar
from sqlalchemy import text

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.gateway import open_road
from oblivious.app.lifeline import ORPHANED, SERVER_PID, die_with_parent, drain_once
from oblivious.app.settings import load_settings
from oblivious.app.turns import take_turns
from oblivious.gateway.framework import framework
from oblivious.gateway.http import Front
from oblivious.gateway.road.parts import Road
from oblivious.gateway.routes.admin.parts import AdminParts
from oblivious.gateway.routes.cors import Cors
from oblivious.gateway.routes.proxies import Proxies
from oblivious.gateway.routes.relay import RelayApp
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.sessions import reading
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.telemetry.logs import configure_logs

METRICS_URL = "OBLIVIOUS_METRICS_URL"
"""Where the sums are; handed down by the server, no setting of an operator's."""

_SCRAPE_SECONDS = 5


class Process:
    """One gateway process: its road exists from the lifespan's begin to its end."""

    def __init__(self) -> None:
        self._settings = load_settings()
        self._writer = configure_logs(self._settings.log_level, self._settings.log_format)
        self._base: Base
        self._road: Road
        self._relay: RelayApp

    def app(self) -> Front:
        """Return the ASGI application."""
        served = framework(
            admin_of=self._admin_parts, check=self._check, scrape=_scrape, lifespan=self._lifespan
        )
        return Front(served, self._relay_app)

    def _relay_app(self) -> RelayApp:
        return self._relay

    def _admin_parts(self) -> AdminParts:
        return AdminParts(self._base.maker, self._base.secrets, PROVIDERS, self._road)

    @asynccontextmanager
    async def _lifespan(self, _app: Litestar) -> AsyncGenerator[None]:
        drain_once(self._settings.drain_seconds)
        async with open_road(self._settings, self._writer) as (self._base, self._road):
            self._relay = RelayApp(
                self._road, Cors(self._settings.cors_origins), Proxies(self._settings.trusted_proxies)
            )
            _settle_memory()
            yield
        self._writer.close()

    async def _check(self) -> dict[str, str]:
        wrong: dict[str, str] = {}
        try:
            async with reading(self._base.maker) as session:
                await session.execute(text("SELECT 1"))
        except DATABASE_LOST as error:
            wrong["database"] = type(error).__name__
        try:
            await self._road.store.epoch()
        except StoreUnreachable:
            wrong["state"] = "out of reach"
        if not self._road.journal.has_room(len(self._road.live)):
            wrong["journal"] = "no room"
        return wrong


def _settle_memory() -> None:
    """Take what the start has left out of the collector's sight: a look at it all takes 0.2 s."""
    gc.collect()
    gc.freeze()


async def _scrape() -> bytes:
    """Ask the process that sums up all others: a scrape is no work for a gateway's loop."""
    async with httpx.AsyncClient(timeout=_SCRAPE_SECONDS, trust_env=False) as client:
        return (await client.get(os.environ[METRICS_URL])).content


def create() -> Front:
    """Return the application of this process; Granian calls it in each one."""
    die_with_parent(int(os.environ[SERVER_PID]), ORPHANED)
    take_turns()
    return Process().app()
