"""One gateway process: its parts opened in order, and closed in reverse."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from oblivious.app.base import Base, opened
from oblivious.app.settings import Mode, Settings
from oblivious.app.settling import measured, open_shipper
from oblivious.app.snapshots import read_directory, read_prices, watcher_of
from oblivious.app.state import State, open_board, open_state
from oblivious.app.switching import switch_off
from oblivious.app.works import Work, running
from oblivious.billing import genai
from oblivious.channels.health import HealthMirror
from oblivious.contracts.ids import new_id
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Limits, Road
from oblivious.gateway.road.wallets import Wallets, held_entries
from oblivious.gateway.road.watch import keep_leases, watch
from oblivious.identity.callers import Callers
from oblivious.infra.bus.journal import Journal
from oblivious.infra.fetch import Fetcher
from oblivious.infra.state.board.protocol import Rules
from oblivious.infra.state.protocol import Entry
from oblivious.infra.telemetry.logs import LineWriter, log_record
from oblivious.infra.telemetry.tally import Tally, leave_dumps
from oblivious.infra.upstream import Client, Deadlines

_CHORE_SECONDS = 5


@asynccontextmanager
async def open_road(settings: Settings, writer: LineWriter) -> AsyncGenerator[tuple[Base, Road]]:
    """Open everything a gateway process needs; on the way out what was begun is finished.

    Embedded, this process settles by itself: before the first request what an earlier life left behind, and
    after the last one what this life did.
    """
    boot_id = new_id()
    tally = Tally(boot_id)
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(opened(settings))
        prices_loaded = asyncio.create_task(asyncio.to_thread(genai.load))
        state = await stack.enter_async_context(open_state(settings))
        store = state.store
        rules = _rules(settings)
        board = await stack.enter_async_context(open_board(settings, rules))
        settling: list[Work] = []
        if settings.mode is Mode.EMBEDDED:
            shipper, chores = await stack.enter_async_context(open_shipper(base, store))
            await shipper.drain()
            stack.push_async_callback(shipper.drain)
            settling = [shipper.run, partial(measured, shipper, tally, writer), *chores]
        journal = _journal(settings, boot_id)
        stack.push_async_callback(journal.close)
        road = await _road(base, state, HealthMirror(board, rules), journal, tally, writer)
        stack.push_async_callback(road.wallets.leave)
        stack.push_async_callback(road.client.close)
        stack.push_async_callback(road.fetcher.close)
        stack.push_async_callback(_finish_chores, road)
        watcher = watcher_of(base, road)
        await watcher.poll()
        await prices_loaded
        works: list[Work] = [
            watcher.run,
            partial(watch, road),
            partial(keep_leases, road),
            partial(leave_dumps, tally, settings.metrics_root),
        ]
        works += [road.health.follow, road.health.tell, road.health.refresh]
        works += settling or [road.wallets.beat]
        await stack.enter_async_context(running(works))
        yield base, road


async def _finish_chores(road: Road) -> None:
    if road.chores:
        await asyncio.wait(road.chores, timeout=_CHORE_SECONDS)


def _journal(settings: Settings, boot_id: str) -> Journal:
    return Journal.open(
        settings.journal_root,
        boot_id,
        segment_bytes=settings.journal_segment_bytes,
        cap_bytes=settings.journal_bytes,
        fsync_ms=settings.fsync_ms,
        loop=asyncio.get_running_loop(),
    )


async def _road(
    base: Base, state: State, health: HealthMirror, journal: Journal, tally: Tally, writer: LineWriter
) -> Road:
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
        log=partial(log_record, writer, base.settings.log_format, "exchange"),
        live=live,
        draws=state.draws,
        health=health,
    )
    road.switch_off = partial(switch_off, base, road)
    return road


def _rules(settings: Settings) -> Rules:
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
