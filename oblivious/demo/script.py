"""What is done with a connection to answer one request, as a list of steps; pure."""

from collections.abc import Iterable
from enum import Enum, auto
from itertools import chain, repeat

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.reply import Dialect, Event, Failure, Reply
from oblivious.demo.wire.response import CHUNKED, LAST_CHUNK, UNTIL_CLOSE, chunk, head, sized

JSON = "application/json"
_ONE_WRITE_BYTES = 64 * 1024


class Then(Enum):
    """What follows a step."""

    GO_ON = auto()
    DONE = auto()
    CLOSE = auto()
    HANG = auto()


class Step(msgspec.Struct, frozen=True):
    """Wait, send, and go on or not; the counts say what `data` carries."""

    data: bytes = b""
    after_ms: float = 0
    then: Then = Then.GO_ON
    events: int = 0
    output_events: int = 0
    usage: bool = False


class Script(msgspec.Struct, frozen=True):
    """The steps of one answer; `status` is 0 if no head of HTTP is among them."""

    steps: tuple[Step, ...]
    status: int = 200


class Scene(msgspec.Struct, frozen=True):
    """All that a script is written from."""

    reply: Reply
    dialect: Dialect
    behaviour: Behaviour
    request_id: str
    keep_alive: bool = True
    chunkable: bool = True
    head_only: bool = False

    def head(self, content_type: str, framing: str) -> bytes:
        """Return the head of the answer."""
        more = self.dialect.headers(self.request_id) + self.reply.headers
        return head(self.reply.status, content_type, framing, more, keep_alive=self.keep_alive)

    def stream_head(self) -> bytes:
        """Return the head of a stream."""
        framing = self.dialect.framing
        transfer = CHUNKED if self.chunkable else UNTIL_CLOSE
        return self.head(framing.content_type, transfer) + self._part(framing.opening)

    def event_step(self, event: Event, between: bytes) -> Step:
        """Return the step that sends an event one pace after the one before."""
        framing = self.dialect.framing
        data = self._part(between + framing.before + event.data + framing.after)
        return Step(data, self.behaviour.pace_ms, Then.GO_ON, 1, int(event.output), event.usage)

    def end(self) -> Step:
        """Return the step that ends a stream well."""
        closing = self._part(self.dialect.framing.closing)
        return Step(closing + (LAST_CHUNK if self.chunkable else b""), then=Then.DONE)

    def _part(self, data: bytes) -> bytes:
        """Return a part of a stream as it is sent; no chunk is empty, for that would be the last one."""
        return chunk(data) if data and self.chunkable else data

    def failing(self, failure: Failure, status: int = 200) -> "Scene":
        """Return the scene with an error body in place of the answer."""
        body = self.dialect.error_body(failure, self.request_id)
        headers = self.reply.headers + self.dialect.error_headers(failure)
        return self.replying(Reply(body, status=status, headers=headers))

    def replying(self, reply: Reply) -> "Scene":
        """Return the scene with another answer."""
        return msgspec.structs.replace(self, reply=reply)


def well(scene: Scene) -> Script:
    """Return the script of an answer without a fault."""
    if scene.reply.events:
        return stream(scene, scene.reply.events, scene.end())
    return whole(scene)


def whole(scene: Scene, content_type: str = JSON) -> Script:
    """Return the script of a body that is sent at once."""
    body = b"" if scene.head_only else scene.reply.body
    data = scene.head(content_type, sized(len(scene.reply.body))) + body
    step = Step(data, scene.behaviour.latency_ms, Then.DONE, usage=scene.reply.usage_given)
    return Script((step,), scene.reply.status)


def stream(scene: Scene, events: Iterable[Event], *last: Step) -> Script:
    """Return the script of a stream of `events` that ends with the steps `last`.

    The head goes with the first event: a write of its own would cost the reader a wake-up.
    """
    opening = Step(scene.stream_head(), scene.behaviour.latency_ms)
    between = chain((b"",), repeat(scene.dialect.framing.between))
    first, *others = [*map(scene.event_step, events, between), *last]
    first = msgspec.structs.replace(first, after_ms=0)
    return Script(joined((opening, first, *others)), scene.reply.status)


def joined(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Make one write of steps that follow each other without a wait, up to a size."""
    groups: list[list[Step]] = []
    size = _ONE_WRITE_BYTES
    for step in steps:
        if step.after_ms or size >= _ONE_WRITE_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(step)
        size += len(step.data)
    return tuple(_merged(group) if len(group) > 1 else group[0] for group in groups)


def _merged(group: list[Step]) -> Step:
    return Step(
        b"".join([step.data for step in group]),
        group[0].after_ms,
        group[-1].then,
        sum([step.events for step in group]),
        sum([step.output_events for step in group]),
        any(step.usage for step in group),
    )
