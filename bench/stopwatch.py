"""Stopwatches around the steps of the road and the callbacks beside it, for a gateway process under load.

A watch runs only while the code under it runs: a step that waits is stopped with its task. What a watched
part calls and is watched itself counts there, not here. What no watch sees is the server and the loop.
"""

import asyncio
import functools
import json
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

# The thread's own processor clock would be truer on a shared core, but takes nine times as long to read.
_clock = time.perf_counter_ns

_DUMP_EVERY_S = 0.25

DUMP = "BENCH_STOPWATCH"
"""The environment variable that names the file where the readings go."""


class Watch:
    """How long one part has run, in nanoseconds, and how often it was entered."""

    __slots__ = ("calls", "name", "ns")

    def __init__(self, name: str) -> None:
        self.name = name
        self.ns = 0
        self.calls = 0


_running: list[Watch] = []
"""The watches of the code that runs now, the innermost last; only that one counts."""

_since = 0


def _enter(watch: Watch) -> None:
    global _since  # noqa: PLW0603 - one stack of watches for the one thread of the loop
    now = _clock()
    if _running:
        _running[-1].ns += now - _since
    _running.append(watch)
    _since = _clock()


def _leave() -> None:
    global _since  # noqa: PLW0603 - as above
    now = _clock()
    _running.pop().ns += now - _since
    _since = _clock()


class _Timed:
    """A coroutine under a watch: it runs whenever the coroutine does."""

    __slots__ = ("_coroutine", "_watch")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], watch: Watch) -> None:
        self._coroutine = coroutine
        self._watch = watch

    def __await__(self) -> Generator[Any, Any, Any]:
        send, throw, watch = self._coroutine.send, self._coroutine.throw, self._watch
        resume: Callable[[], Any] = functools.partial(send, None)
        while True:
            _enter(watch)
            try:
                waits_for = resume()
            except StopIteration as end:
                return end.value
            finally:
                _leave()
            try:
                answer = yield waits_for
            except BaseException as error:  # noqa: BLE001 - a cancellation goes to whom it is meant for
                resume = functools.partial(throw, error)
            else:
                resume = functools.partial(send, answer)


def timed(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    """Return the function under a watch."""
    if asyncio.iscoroutinefunction(function):

        @functools.wraps(function)
        async def step(*args: Any, **kwargs: Any) -> Any:
            watch.calls += 1
            return await _Timed(function(*args, **kwargs), watch)

        return step

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        watch.calls += 1
        _enter(watch)
        try:
            return function(*args, **kwargs)
        finally:
            _leave()

    return call


def dump_for_ever(watches: list[Watch], path: Path) -> None:
    """Write what the watches say to `path` again and again, from a thread of its own."""

    def dump() -> None:
        while True:
            readings = {watch.name: [watch.ns, watch.calls] for watch in watches}
            fresh = path.with_suffix(".fresh")
            fresh.write_text(json.dumps(readings))
            fresh.replace(path)
            time.sleep(_DUMP_EVERY_S)

    threading.Thread(target=dump, daemon=True).start()
