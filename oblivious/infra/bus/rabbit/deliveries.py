"""The messages that a broker has handed to us and that are not acknowledged yet."""

import asyncio
from typing import Self

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from oblivious.infra.bus.rabbit.topology import OUTCOMES, declare


class ConsumerLost(Exception):
    """The broker gives us no more on this channel; what is not acknowledged comes again."""


class Deliveries:
    """Messages of the outcomes' queue, in their order."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel
        self._inbox: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        self._cancelled = asyncio.Event()

    @classmethod
    async def of(cls, channel: AbstractChannel, prefetch: int) -> Self:
        """Begin to consume, with at most `prefetch` messages unacknowledged.

        Raises:
            OSError, TimeoutError, aio_pika.exceptions.AMQPError: the broker is out of reach or refuses us.
        """
        deliveries = cls(channel)
        await channel.set_qos(prefetch_count=prefetch)
        queue = await declare(channel, OUTCOMES)
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(lambda _frame: deliveries._cancelled.set())
        await queue.consume(deliveries._inbox.put)
        return deliveries

    def check(self) -> None:
        """Raise unless what is not acknowledged yet is still ours.

        Raises:
            ConsumerLost: it is not.
        """
        if self._channel.is_closed or self._cancelled.is_set():
            raise ConsumerLost("the broker has closed the channel or removed the queue")

    async def next_messages(self, linger_seconds: float, most: int) -> list[AbstractIncomingMessage]:
        """Wait for a message, and a moment longer for those that come with it.

        Raises:
            ConsumerLost: none will come.
        """
        messages = [await self._next()]
        if self._inbox.qsize() < most - 1:
            await asyncio.sleep(linger_seconds)
        while len(messages) < most and not self._inbox.empty():
            messages.append(self._inbox.get_nowait())
        return messages

    async def lost(self) -> None:
        """Return when nothing more will come."""
        waits = [asyncio.ensure_future(self._cancelled.wait()), asyncio.ensure_future(self._channel.closed())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _next(self) -> AbstractIncomingMessage:
        if self._inbox.empty():
            message, lost = asyncio.ensure_future(self._inbox.get()), asyncio.ensure_future(self.lost())
            try:
                await asyncio.wait((message, lost), return_when=asyncio.FIRST_COMPLETED)
            finally:
                lost.cancel()
                if not message.done():
                    message.cancel()
            self.check()
            return message.result()
        return self._inbox.get_nowait()
