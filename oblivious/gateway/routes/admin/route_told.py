"""Where a request would go, and why: the road's own steps, up to the point where it would be asked."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from oblivious.adapters.estimate import estimate_input_tokens
from oblivious.channels.abilities import Wants
from oblivious.channels.explain import StageOrder, order_of
from oblivious.channels.health import HealthMirror
from oblivious.channels.left_out import Listed, Out, Reason, Request, Why, left_out
from oblivious.channels.pick import Attempts, Stage, Standing, subjects_of
from oblivious.channels.route import candidates_of
from oblivious.channels.strategy import Steady, Strategy
from oblivious.contracts.errors import AdminKey, DisabledKey, RelayError
from oblivious.gateway.road.admit import need_of
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.patience import EVERYBODY_WELL
from oblivious.gateway.road.resolve import resolve
from oblivious.gateway.road.stages import needs_of
from oblivious.gateway.routes.admin.rooms import rooms_of
from oblivious.infra.state.errors import StoreUnreachable


class Refusal(msgspec.Struct, frozen=True):
    """What the client would be told at once; `status` is that of the dialect of OpenAI."""

    code: str
    status: int
    message: str


class Kept(msgspec.Struct, frozen=True):
    """What keeps the conversation together.

    Attributes:
        source: by what it is known: `header`, `cache_key`, `user` or `prefix`.
        channel, key_id: who is tried first because of it; empty and 0 where nobody can be.
    """

    source: str
    channel: str
    key_id: int


class Explanation(msgspec.Struct, frozen=True):
    """Where a request would go now. Nobody is asked, and nothing is taken.

    Attributes:
        model: the public model that the name stands for.
        refused: what the client would be told before any channel is looked at; null: it would be served. What
            is left of the caller's own limits and money is not looked at.
        strategy: how channels of equal priority are chosen among.
        needs: what the request needs a model to be able to do; `input_tokens` by estimate.
        affinity: what goes before the strategy; null: nothing.
        stages: the model and those that stand in for it, in order, each with its channels in order.
        out: all other channels of the house.
    """

    model: str
    group: str
    refused: Refusal | None
    strategy: str
    needs: Wants
    affinity: Kept | None
    stages: Sequence[StageOrder]
    out: Sequence[Out]


async def explained(road: Road, exchange: Exchange, house: Sequence[Listed]) -> Explanation:
    """Say where an exchange would go; `house` is every channel that there is."""
    refused = await _resolved(road, exchange)
    full = await _full(road, exchange)
    return await asyncio.to_thread(_explained, road, exchange, house, refused, full)


async def _resolved(road: Road, exchange: Exchange) -> Refusal | None:
    exchange.estimate = estimate_input_tokens(exchange.envelope.body)
    try:
        if exchange.caller.admin_key:
            raise AdminKey("an admin key works at /api/v1 only")
        if exchange.caller.disabled:
            raise DisabledKey("the API key, or the user it belongs to, is switched off")
        await resolve(road, exchange)
    except RelayError as error:
        return Refusal(error.code, error.status, error.message)
    exchange.need = need_of(road, exchange)
    return None


async def _full(road: Road, exchange: Exchange) -> dict[str, Reason]:
    """Return who has no room for the exchange, by subject; nobody while the store is out of reach."""
    candidates = candidates_of(exchange.stages)
    spend = exchange.need.amount if exchange.need is not None else 0
    try:
        rooms = await rooms_of(road.draws, candidates, exchange.expected_tokens, spend)
    except StoreUnreachable:
        return {}
    return {
        room.subject: Reason(Why.FULL, room.meter.name, room.subject, room.reading.reset_ms)
        for room in rooms
        if room.is_full
    }


def _explained(
    road: Road,
    exchange: Exchange,
    house: Sequence[Listed],
    refused: Refusal | None,
    full: dict[str, Reason],
) -> Explanation:
    face, group = exchange.face, exchange.caller.group
    route = road.directory.route(exchange.envelope.model, group, face.name, exchange.endpoint.kind)
    strategy = route.strategy or Strategy.WEIGHTED
    begin = partial(_begin, road, exchange, full, Steady(0))
    stages = order_of(exchange.stages, begin, strategy, road.latencies)
    tried = {way.channel_id for stage in stages for tier in stage.tiers for way in tier.channels}
    request = Request(
        models=[stage.model for stage in route.stages],
        group=group,
        dialect=face.name,
        wants=needs_of(exchange),
        narrowed=exchange.pinned or bool(exchange.envelope.bindings),
        blocks={} if exchange.pinned else _held(road.health, exchange.stages) | full,
    )
    return Explanation(
        model=route.model,
        group=group,
        refused=refused,
        strategy=strategy,
        needs=request.wants,
        affinity=_kept(road, exchange, full),
        stages=stages,
        out=left_out(house, tried, exchange.stages, road.directory.channels, request),
    )


def _begin(
    road: Road, exchange: Exchange, full: Iterable[str], dice: Steady, stages: Sequence[Stage]
) -> Attempts:
    """Begin a search as `Hunt` does, among some stages; nothing is counted on."""
    attempts = Attempts(
        stages,
        None,
        dice,
        None,
        standings=EVERYBODY_WELL if exchange.pinned else road.health,
        wants=partial(needs_of, exchange),
    )
    for subject in full:
        attempts.exclude_subject(subject)
    return attempts


def _kept(road: Road, exchange: Exchange, full: Iterable[str]) -> Kept | None:
    if exchange.affinity is None:
        return None
    first = _begin(road, exchange, full, Steady(exchange.affinity.seed), exchange.stages).next()
    if first is None:
        return Kept(exchange.affinity.source, "", 0)
    return Kept(exchange.affinity.source, first.candidate.name, first.key.id)


def _held(health: HealthMirror, stages: Sequence[Stage]) -> dict[str, Reason]:
    """Return who is held back, by subject."""
    if not health:
        return {}
    subjects = {
        subject
        for stage in stages
        for tier in stage.tiers
        for one in tier.candidates
        for key in one.keys
        for subject in (one.subject, *subjects_of(one, key))
    }
    return {
        subject: Reason(Why.HELD_BACK, _reason(health, subject), subject, health.back_in_ms([subject]))
        for subject in subjects
        if health.of(subject) >= Standing.OPEN
    }


def _reason(health: HealthMirror, subject: str) -> str:
    known = health.health(subject)
    return known.reason if known is not None else ""
