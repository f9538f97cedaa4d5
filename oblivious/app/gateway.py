"""One gateway process: its parts opened in order, and closed in reverse."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from oblivious.app.base import Base, opened
from oblivious.app.keeping import keeping_of
from oblivious.app.roads import road_of, rules_of
from oblivious.app.settings import Mode, Settings
from oblivious.app.settling import measured, open_shipper
from oblivious.app.snapshots import watcher_of
from oblivious.app.state import open_board, open_state
from oblivious.app.works import Work, running
from oblivious.billing import genai
from oblivious.channels.health import HealthMirror
from oblivious.contracts.ids import new_id
from oblivious.gateway.keeping.keeper import keep
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.watch import keep_leases, watch
from oblivious.infra.bus.journal import Journal
from oblivious.infra.telemetry.logs import LineWriter, log_record
from oblivious.infra.telemetry.tally import Tally, leave_dumps

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
        rules = rules_of(settings)
        board = await stack.enter_async_context(open_board(settings, rules))
        settling: list[Work] = []
        if settings.mode is Mode.EMBEDDED:
            shipper, chores = await stack.enter_async_context(open_shipper(base, store))
            await shipper.drain()
            stack.push_async_callback(shipper.drain)
            settling = [shipper.run, partial(measured, shipper, tally, writer), *chores]
        journal = _journal(settings, boot_id)
        stack.push_async_callback(journal.close)
        road = await road_of(base, state, HealthMirror(board, rules), journal, tally)
        road.log = partial(log_record, writer, settings.log_format, "exchange")
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
            partial(keep, keeping_of(base, road, board)),
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
