"""How a channel fares, as the admin API tells it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from oblivious.channels.candidate import pool_subject
from oblivious.channels.health import HealthMirror
from oblivious.channels.tables import Channel, ChannelKey, ChannelTest
from oblivious.gateway.routes.admin.channel_shown import State, state_of
from oblivious.gateway.routes.admin.key_shown import KeyState, key_shown
from oblivious.gateway.routes.admin.rooms import Room
from oblivious.infra.state.board.protocol import Health


class Standing(msgspec.Struct, frozen=True):
    """How somebody stands of whom there is something to say.

    Attributes:
        subject: `c12` a channel, `k34` a key, `k34:gpt` a key for one model of the provider's, `p:a` a pool.
        standing: `well`, `cooling` (asked by nobody until then), `open` (the breaker: asked by nobody but as
            a last resort) or `half_open` (one request may try).
        reason: the class of the failure for which it was last held back.
        since: when the first hold of the row began.
        until: when the last hold ends, or has ended.
        strikes: how many holds it had in a row.
        window: its last outcomes, the newest last: `1` is good, `0` is bad.
    """

    subject: str
    standing: str
    reason: str
    since: datetime | None
    until: datetime | None
    strikes: int
    window: str


class KeyHealth(msgspec.Struct, frozen=True):
    """How a key fares.

    Attributes:
        state: `on`, `refused` (switched off since its provider refuses it) or `off`.
        health: what is to be said of the key, of it with single models, and of its pool; mostly nothing.
    """

    id: int
    hint: str
    name: str
    state: KeyState
    off_reason: str
    off_at: datetime | None
    pool: str
    balance: Mapping[str, Any] | None
    health: Sequence[Standing]


class TestTold(msgspec.Struct, frozen=True):
    """The last test of a key with one model in one dialect; `ms` until the answer was whole."""

    channel_key_id: int
    model: str
    dialect: str
    stream: bool
    ok: bool
    status: int
    ms: int
    error: str
    at: datetime


class LimitTold(msgspec.Struct, frozen=True):
    """What is left of a limit.

    Attributes:
        subject: the channel, key or pool that has it.
        meter: what it counts, for people.
        full_in_ms: when all of it is there again, if nobody takes any more.
    """

    subject: str
    meter: str
    limit: int
    left: int
    full_in_ms: int


class ChannelHealth(msgspec.Struct, frozen=True):
    """How a channel fares.

    Attributes:
        in_flight: requests that it serves in this gateway process.
        latency_ms: until the first byte, in this process, the recent ones counting most; null: none came yet.
        shared: what is told here of failures is what all processes know; false: what this one has seen.
        health: what is to be said of the channel as a whole; null: it is well.
        limits: null: nobody can tell now.
    """

    id: int
    name: str
    state: State
    in_flight: int
    latency_ms: float | None
    shared: bool
    health: Standing | None
    keys: Sequence[KeyHealth]
    tests: Sequence[TestTold]
    limits: Sequence[LimitTold] | None


class Here(NamedTuple):
    """What this process knows of a channel besides its health."""

    in_flight: int
    latency_ms: float | None
    rooms: Sequence[Room] | None


def told(
    channel: Channel,
    keys: Sequence[ChannelKey],
    tests: Iterable[ChannelTest],
    mirror: HealthMirror,
    here: Here,
) -> ChannelHealth:
    """Return how a channel fares."""
    known = mirror.known()
    own = known.get(f"c{channel.id}")
    return ChannelHealth(
        id=channel.id,
        name=channel.name,
        state=state_of(channel, has_key=any(not (key.disabled or key.off_reason) for key in keys)),
        in_flight=here.in_flight,
        latency_ms=here.latency_ms,
        shared=not mirror.alone,
        health=None if own is None else _standing(mirror, f"c{channel.id}", own),
        keys=[_key(key, mirror, known) for key in keys],
        tests=[test_told(test) for test in tests],
        limits=None if here.rooms is None else [_limit(room) for room in here.rooms],
    )


def subjects_of_channel(channel_id: int, keys: Iterable[ChannelKey], known: Iterable[str]) -> list[str]:
    """Return those who have a part in whether a channel is asked, of whom there is something to say."""
    parts = [key for key in keys if key.channel_id == channel_id]
    return [
        subject
        for subject in known
        if subject == f"c{channel_id}" or any(_concerns(key, subject) for key in parts)
    ]


def test_told(test: ChannelTest) -> TestTold:
    """Return a test as clients see it."""
    return msgspec.convert(test, TestTold, from_attributes=True)


def _key(key: ChannelKey, mirror: HealthMirror, known: Mapping[str, Health]) -> KeyHealth:
    shown = key_shown(key)
    return KeyHealth(
        id=key.id,
        hint=key.hint,
        name=key.name,
        state=shown.state,
        off_reason=key.off_reason,
        off_at=key.off_at,
        pool=key.pool,
        balance=key.balance,
        health=[
            _standing(mirror, subject, health) for subject, health in known.items() if _concerns(key, subject)
        ],
    )


def _concerns(key: ChannelKey, subject: str) -> bool:
    if subject == f"k{key.id}" or subject.startswith(f"k{key.id}:"):
        return True
    return bool(key.pool) and subject == pool_subject(key.pool)


def _standing(mirror: HealthMirror, subject: str, health: Health) -> Standing:
    return Standing(
        subject=subject,
        standing=mirror.of(subject).name.lower(),
        reason=health.reason,
        since=_moment(health.since_ms),
        until=_moment(health.until_ms),
        strikes=health.strikes,
        window=health.window,
    )


def _moment(ms: int) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None


def _limit(room: Room) -> LimitTold:
    meter, reading = room.meter, room.reading
    return LimitTold(room.subject, meter.name, meter.limit, max(0, reading.remaining), reading.reset_ms)
