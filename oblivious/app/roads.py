"""A road of the real parts, as the settings want it."""

import socket
from collections.abc import AsyncIterator
from functools import partial

from oblivious.app.base import Base
from oblivious.app.settings import Settings
from oblivious.app.snapshots import read_directory, read_prices
from oblivious.app.state import State
from oblivious.app.switching import switch_off
from oblivious.channels.health import HealthMirror
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import JournalPart, Limits, Road
from oblivious.gateway.road.wallets import Wallets, held_entries
from oblivious.identity.callers import Callers
from oblivious.infra.fetch import Fetcher
from oblivious.infra.state.board.protocol import Rules
from oblivious.infra.state.protocol import Entry
from oblivious.infra.telemetry.tally import Tally
from oblivious.infra.upstream import Client, Deadlines


async def road_of(base: Base, state: State, health: HealthMirror, journal: JournalPart, tally: Tally) -> Road:
    """Put a road together, with directory and prices as they are now; its exchanges are not logged yet."""
    store = state.store
    live: dict[str, Exchange] = {}

    async def held() -> AsyncIterator[list[Entry]]:
        yield held_entries(exchange.need for exchange in live.values() if exchange.need is not None)

    wallets = Wallets(
        store,
        base.maker,
        boot_id=tally.boot_id,
        node=socket.gethostname(),
        held=held,
    )
    road = Road(
        limits=_limits(base.settings),
        callers=Callers(base.maker, base.secrets, store),
        directory=await read_directory(base),
        prices=await read_prices(base),
        store=store,
        wallets=wallets,
        journal=journal,
        client=Client(),
        fetcher=Fetcher(allowed=base.settings.fetch_networks, max_bytes=base.settings.fetch_max_bytes),
        tally=tally,
        log=lambda _line: None,
        live=live,
        draws=state.draws,
        health=health,
    )
    road.switch_off = partial(switch_off, base.maker, road)
    return road


def rules_of(settings: Settings) -> Rules:
    """Return when breakers open, and how long holds are."""
    return Rules(
        bad=settings.breaker_bad,
        last=settings.breaker_last,
        first_ms=int(settings.hold_first_seconds * 1000),
        most_ms=int(settings.hold_most_seconds * 1000),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        max_body_bytes=settings.max_body_bytes,
        spool_bytes=settings.spool_bytes,
        spool_folder=settings.data_dir,
        lease_ms=settings.lease_seconds * 1000,
        ping_ms=int(settings.ping_seconds * 1000),
        deadlines=Deadlines(
            connect_ms=int(settings.connect_seconds * 1000),
            first_byte_ms=int(settings.first_byte_seconds * 1000),
            idle_ms=int(settings.idle_seconds * 1000),
            total_ms=int(settings.total_seconds * 1000),
        ),
        allow_without_state=settings.on_state_loss == "allow",
        wait_ms=int(settings.wait_seconds * 1000),
    )
