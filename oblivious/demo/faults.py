"""Everything that can go wrong on purpose: one table."""

from collections.abc import Callable
from itertools import accumulate, takewhile

import msgspec

from oblivious.demo import values
from oblivious.demo.reply import Event, Failure, Reply
from oblivious.demo.script import (
    JSON,
    Scene,
    Script,
    Step,
    Then,
    joined,
    stream,
    well,
    whole,
)
from oblivious.demo.wire.response import sized

_HTML = b"<!doctype html><html><body><h1>Bad gateway</h1>This is Oblivious' demo upstream.</body></html>"
_BROKEN_EVENT = Event(b'data: {"this is": Oblivious\' demo upstream\n\n', output=False)
_NO_HTTP = b"\x16\x03\x01 this is no HTTP\r\n\r\n"
_HEAD_PIECES = 16


class Fault(msgspec.Struct, frozen=True):
    """A way to misbehave.

    Attributes:
        describes: what the client of the demo sees, in one line.
        value: what the fault can be given, for people; "" is nothing.
        direct: writes the script, given the scene and the value as text.
        reads: raises ValueError for a value that makes no sense.
    """

    describes: str
    direct: Callable[[Scene, str], Script]
    value: str = ""
    reads: Callable[[str], object] = values.nothing


def demo_failure(status: int, retry_after: int | None = None) -> Failure:
    """Return the failure that stands for a status."""
    message = f"This is Oblivious' demo upstream: status {status} was asked for."
    return Failure(status, message, retry_after=retry_after)


def _status(scene: Scene, value: str) -> Script:
    wait = scene.behaviour.retry_after
    headers = scene.dialect.retry_headers(wait) if wait is not None else b""
    status = values.status(value)
    scene = scene.replying(Reply(headers=headers))
    return whole(scene.failing(demo_failure(status, wait), status))


def _hang(_scene: Scene, _value: str) -> Script:
    return Script((Step(then=Then.HANG),), 0)


def _cut(scene: Scene, _value: str) -> Script:
    return Script((Step(after_ms=scene.behaviour.latency_ms, then=Then.CLOSE),), 0)


def _hang_mid(scene: Scene, value: str) -> Script:
    return _until_the_middle(scene, value, Step(then=Then.HANG))


def _cut_mid(scene: Scene, value: str) -> Script:
    return _until_the_middle(scene, value, Step(then=Then.CLOSE))


def _cut_preamble(scene: Scene, _value: str) -> Script:
    close = Step(then=Then.CLOSE)
    if scene.reply.events:
        preamble = scene.reply.events[:1]
        return stream(scene, () if preamble[0].output else preamble, close)
    return _sized(scene, b"", close)


def _garbage(scene: Scene, _value: str) -> Script:
    return Script((Step(_NO_HTTP, scene.behaviour.latency_ms, Then.CLOSE),), 0)


def _garbage_body(scene: Scene, value: str) -> Script:
    if value == values.HTML:
        return whole(scene.replying(Reply(_HTML)), "text/html")
    if scene.reply.events:
        return stream(scene, (_BROKEN_EVENT,), scene.end())
    return whole(scene.replying(Reply(scene.reply.body[:-1])))


def _empty(scene: Scene, _value: str) -> Script:
    return whole(scene.replying(Reply(b"")))


def _error_after_200(scene: Scene, value: str) -> Script:
    failure = demo_failure(values.status(value))
    if scene.reply.events:
        event = Event(scene.dialect.error_event(failure, scene.request_id))
        return stream(scene, (event,), scene.end())
    return whole(scene.failing(failure))


def _error_mid(scene: Scene, value: str) -> Script:
    if not scene.reply.events:
        return _error_after_200(scene, value)
    event = Event(scene.dialect.error_event(demo_failure(values.status(value)), scene.request_id))
    return stream(scene, (*_first_events(scene, ""), event), scene.end())


def _slow_head(scene: Scene, value: str) -> Script:
    pause_ms = values.milliseconds(value) / _HEAD_PIECES
    first, *others = well(scene).steps
    end = first.data.index(b"\r\n\r\n")
    head, size = first.data[:end], -(-end // _HEAD_PIECES)
    pieces = [Step(head[at : at + size], pause_ms) for at in range(0, end, size)]
    rest = msgspec.structs.replace(first, data=first.data[end:], after_ms=pause_ms)
    return Script((*pieces, rest, *others), scene.reply.status)


def _until_the_middle(scene: Scene, value: str, last: Step) -> Script:
    if scene.reply.events:
        return stream(scene, _first_events(scene, value), last)
    return _sized(scene, scene.reply.body[: len(scene.reply.body) // 2], last)


def _sized(scene: Scene, part: bytes, last: Step) -> Script:
    """Promise the whole body, send the part."""
    opening = Step(scene.head(JSON, sized(len(scene.reply.body))) + part, scene.behaviour.latency_ms)
    return Script(joined((opening, last)), scene.reply.status)


def _first_events(scene: Scene, value: str) -> tuple[Event, ...]:
    """Return the events up to the given output event, up to half of the output if none is given."""
    events = scene.reply.events
    total = sum(event.output for event in events)
    wanted = min(values.output_events(value) or max(1, total // 2), total)
    before = accumulate((event.output for event in events), initial=0)
    paired = zip(events, before, strict=False)
    return tuple(event for event, _ in takewhile(lambda pair: pair[1] < wanted, paired))


NONE = "none"
DIE_AFTER = "die-after"
OTHER_FORM = "other-form"
_STATUS = "HTTP status, 500"
_EVENTS = "output events, half"

FAULTS: dict[str, Fault] = {
    NONE: Fault("no fault, whatever the server's default is", lambda scene, _: well(scene)),
    "status": Fault("an error of that status in the dialect's shape", _status, _STATUS, values.status),
    "hang": Fault("takes the request and never answers", _hang),
    "hang-mid": Fault("stops in mid-answer and stays connected", _hang_mid, _EVENTS, values.output_events),
    "cut": Fault("closes before any byte of an answer", _cut),
    "cut-mid": Fault("closes in mid-answer", _cut_mid, _EVENTS, values.output_events),
    "cut-preamble": Fault("closes after the head and a stream's first event, before output", _cut_preamble),
    "garbage": Fault("answers with bytes that are no HTTP", _garbage),
    "garbage-body": Fault(
        "200 with broken JSON or events, or with a page of HTML",
        _garbage_body,
        "html",
        values.kind_of_garbage,
    ),
    "empty": Fault("200 with an empty body", _empty),
    "error-after-200": Fault(
        "200, then an error: as first event, or as body", _error_after_200, _STATUS, values.status
    ),
    "error-mid": Fault(
        "an error event after half of the output; JSON: an error body", _error_mid, _STATUS, values.status
    ),
    OTHER_FORM: Fault(
        "a stream where none was asked for, and the whole at once where one was", lambda scene, _: well(scene)
    ),
    "slow-head": Fault("the head dribbles in over that time", _slow_head, "ms, 1000", values.milliseconds),
    DIE_AFTER: Fault(
        "serves so many requests for the same model name, then closes on every one",
        _cut,
        "requests",
        values.natural,
    ),
}
