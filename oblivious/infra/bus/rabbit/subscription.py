"""Takes outcomes from RabbitMQ and has them settled."""

import asyncio
from collections.abc import Sequence

import structlog
from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.backoff import Backoff, pause
from oblivious.infra.bus.protocols import BadOutcomes, Handler
from oblivious.infra.bus.rabbit.deliveries import Deliveries
from oblivious.infra.bus.rabbit.messages import Undecodable, dead_message, dead_outcome, unpack
from oblivious.infra.bus.rabbit.publisher import publish
from oblivious.infra.bus.rabbit.topology import DEAD, channel_to

_log = structlog.get_logger(__name__)


class _Stopped(Exception):
    """The batch in hand is given up: it comes again, to somebody else."""


class Subscription:
    """Hands batches of outcomes to `handler` and acknowledges them when it has returned.

    What it calls bad, and what cannot be decoded, goes to the dead letters first. After any other error the
    batch waits and is tried again, with growing pauses, for as long as the broker leaves it to us.

    Attributes:
        last_error: what the last try ran into; empty since something went well.
    """

    def __init__(self, url: str, handler: Handler, *, prefetch: int = 8, linger_ms: int = 20) -> None:
        self.last_error = ""
        self._url = url
        self._handler = handler
        self._prefetch = prefetch
        self._linger_seconds = linger_ms / 1000
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Consume until `stop`; a lost broker is looked for again and again."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                async with channel_to(self._url, "worker") as channel:
                    await self._consume(channel, backoff)
            except _Stopped:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, what is unacknowledged comes again
                self._note("broker_lost", error)
                await pause(self._stopping, backoff.next_seconds())

    def stop(self) -> None:
        """Let `run` return after the try in hand; what is not acknowledged is given to others."""
        self._stopping.set()

    async def _consume(self, channel: AbstractChannel, backoff: Backoff) -> None:
        deliveries = await Deliveries.of(channel, self._prefetch)
        while (messages := await self._next_batch(deliveries)) is not None:
            outcomes, dead = _decoded(messages)
            rejected = await self._settled(outcomes, deliveries)
            dead.extend(dead_outcome(outcome, reason) for outcome, reason in rejected)
            if dead:
                await publish(channel, DEAD, dead)
                _log.error("outcomes_dead", messages=len(dead), undecodable=len(dead) - len(rejected))
            await messages[-1].ack(multiple=True)
            self.last_error = ""
            backoff.reset()

    async def _next_batch(self, deliveries: Deliveries) -> list[AbstractIncomingMessage] | None:
        """Return the next messages, or None to stop."""
        stop = asyncio.ensure_future(self._stopping.wait())
        batch = asyncio.ensure_future(deliveries.next_messages(self._linger_seconds, self._prefetch))
        try:
            await asyncio.wait((stop, batch), return_when=asyncio.FIRST_COMPLETED)
            return None if self._stopping.is_set() else await batch
        finally:
            stop.cancel()
            batch.cancel()

    async def _settled(
        self, outcomes: list[Outcome], deliveries: Deliveries
    ) -> Sequence[tuple[Outcome, str]]:
        """Try until the outcomes are settled; return the bad ones.

        Raises:
            ConsumerLost, _Stopped: they will be given to somebody else, or come again.
        """
        backoff = Backoff()
        while outcomes:
            try:
                await self._handler(outcomes)
                break
            except BadOutcomes as bad:
                return bad.rejected
            except Exception as error:  # noqa: BLE001 - a lost database must never cost an outcome
                self._note("not_settled", error)
            await pause(self._stopping, backoff.next_seconds())
            if self._stopping.is_set():
                raise _Stopped
            deliveries.check()
        return ()

    def _note(self, event: str, error: Exception) -> None:
        self.last_error = f"{type(error).__name__}: {error}"
        _log.warning(event, error=self.last_error)


def _decoded(messages: Sequence[AbstractIncomingMessage]) -> tuple[list[Outcome], list[Message]]:
    """Return the messages' outcomes, and as dead letters those that nobody can read."""
    outcomes: list[Outcome] = []
    dead: list[Message] = []
    for message in messages:
        try:
            outcomes.extend(unpack(message.body, message.headers))
        except Undecodable as error:
            dead.append(dead_message(message.body, message.headers, str(error)))
    return outcomes, dead
