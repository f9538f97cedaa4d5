"""What is done for all live exchanges at once, so that no exchange needs a task or a timer of its own."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import TypeVar

import structlog

from oblivious.contracts.events import Delivered, Progress
from oblivious.gateway.road.exchange import Exchange, Message
from oblivious.gateway.road.meter import delivered_tokens
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.sending import ping
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.telemetry import families

_log = structlog.get_logger(__name__)

TICK_S = 0.1
_PROGRESS_S = 1.0
_RENEW_BATCH = 500

Hold = TypeVar("Hold")


async def watch(road: Road) -> None:
    """Notice clients that leave, keep silent lines alive, and note once a second what streams delivered."""
    last_progress = time.monotonic()
    while True:
        before = time.monotonic()
        await asyncio.sleep(TICK_S)
        now = time.monotonic()
        _measure_stall(road, now - before - TICK_S)
        for exchange in list(road.live.values()):
            if not exchange.watched:
                exchange.watched = True
                _await_disconnect(exchange)
            if exchange.streaming and (now - exchange.last_sent) * 1000 >= road.limits.ping_ms:
                ping(exchange, now)
        if now - last_progress >= _PROGRESS_S:
            last_progress = now
            _write_progress(road)
            _measure(road)


async def keep_leases(road: Road) -> None:
    """Renew what live exchanges hold, three times in a lease's life."""
    lease_ms = road.limits.lease_ms
    while True:
        await asyncio.sleep(lease_ms / 3000)
        live = list(road.live.values())
        shares = [exchange.share for exchange in live if exchange.share is not None]
        holds = [(e.need.account_id, e.id) for e in live if e.need is not None]
        try:
            for some in _batches(holds):
                await road.store.renew(some, lease_ms)
            for drawn in _batches([(draw.owner, hold) for hold, draws in shares for draw in draws]):
                await road.draws.renew(drawn, lease_ms)
        except StoreUnreachable as error:
            _log.warning("leases_not_renewed", error=str(error))


def _batches(holds: Sequence[Hold]) -> Iterable[Sequence[Hold]]:
    return (holds[start : start + _RENEW_BATCH] for start in range(0, len(holds), _RENEW_BATCH))


def _await_disconnect(exchange: Exchange) -> None:
    """Have the server tell us when the client leaves: it costs no task, only a callback."""
    asyncio.ensure_future(exchange.receive()).add_done_callback(lambda told: _on_message(exchange, told))


def _on_message(exchange: Exchange, told: "asyncio.Future[Message]") -> None:
    if exchange.ended or told.cancelled() or told.exception() is not None:
        return
    if told.result()["type"] != "http.disconnect":
        _await_disconnect(exchange)
        return
    exchange.gone = True
    if exchange.task is not None:
        exchange.task.cancel()


def _write_progress(road: Road) -> None:
    streams = [Delivered(e.id, delivered_tokens(e)) for e in _streaming(road.live.values())]
    if streams:
        road.journal.append(Progress(time.time_ns() // 1_000_000, streams))


def _streaming(exchanges: Iterable[Exchange]) -> Iterable[Exchange]:
    return (exchange for exchange in exchanges if exchange.streaming)


def _measure(road: Road) -> None:
    road.tally.put(families.IN_FLIGHT, len(road.live))
    road.tally.put(families.JOURNAL_ROOM, road.journal.room_bytes)
    road.tally.put(families.LOOP_STALL, road.worst_stall_ms)
    road.tally.put(families.HEALTH_ALONE, int(road.health.alone))
    road.tally.put(families.HELD_BACK, road.health.held_back)
    road.tally.put(families.LIMITS_LOST, road.draws.lost_ends)
    road.worst_stall_ms = 0.0


def _measure_stall(road: Road, late_s: float) -> None:
    road.worst_stall_ms = max(road.worst_stall_ms, late_s * 1000)
