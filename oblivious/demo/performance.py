"""Plays a script on a connection, on timers: no task, no await."""

import asyncio
from collections.abc import Callable

from oblivious.demo.script import Script, Step, Then
from oblivious.demo.served import Ending, Served

_ENDINGS: dict[Then, Ending] = {Then.DONE: "completed", Then.CLOSE: "cut"}


class Performance:
    """One answer on its way.

    The ending is told before the last bytes are written, so that whatever a client saw whole is on record.
    """

    def __init__(
        self,
        script: Script,
        served: Served,
        transport: asyncio.Transport,
        on_ending: Callable[[Served, Ending], None],
        on_last: Callable[[Then], None],
    ) -> None:
        self.served = served
        self._script = script
        self._transport = transport
        self._on_ending = on_ending
        self._on_last = on_last
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0
        self._slow_client = False
        self._due = False
        self._over = False

    def begin(self) -> None:
        """Play until the first wait."""
        if not self._wait():
            self._play()

    def hold(self) -> None:
        """Send nothing more for now: the client is slow to read."""
        self._slow_client = True

    def go_on(self) -> None:
        """Send again, at once what has become due meanwhile."""
        self._slow_client = False
        if self._due:
            self._due = False
            self._play()

    def abandon(self, ending: Ending) -> None:
        """Stop: the connection is lost."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._over:
            self._over = True
            self._on_ending(self.served, ending)

    def _play(self) -> None:
        """Send the step that is due, and those that follow it without a wait."""
        self._timer = None
        while not self._over:
            if self._slow_client:
                self._due = True
                return
            step = self._script.steps[self._next]
            self._next += 1
            self._send(step)
            if step.then is not Then.GO_ON or self._wait():
                return

    def _wait(self) -> bool:
        """Set the timer of the next step if it has to wait."""
        after_ms = self._script.steps[self._next].after_ms
        if after_ms:
            self._timer = self._loop.call_later(after_ms / 1000, self._play)
        return bool(after_ms)

    def _send(self, step: Step) -> None:
        if self._transport.is_closing():
            return
        self._tally(step)
        if step.then in _ENDINGS:
            self._over = True
            self._on_ending(self.served, _ENDINGS[step.then])
        if step.data:
            self._transport.write(step.data)
        if self._over:
            self._on_last(step.then)

    def _tally(self, step: Step) -> None:
        served = self.served
        served.events += step.events
        served.output_events += step.output_events
        served.usage_given = served.usage_given or step.usage
        if step.data:
            served.status = self._script.status
