"""Hands outcomes to RabbitMQ."""

import asyncio
from collections.abc import Iterable, Sequence

from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractConnection

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.rabbit.messages import fresh_message, pack
from oblivious.infra.bus.rabbit.topology import OUTCOMES, connect, hang_up, open_channel

_CONFIRM_SECONDS = 30.0


async def publish(channel: AbstractChannel, queue: str, messages: Iterable[Message]) -> None:
    """Publish messages and return when the broker has confirmed that the queue holds them all.

    Raises:
        OSError, TimeoutError, aio_pika.exceptions.AMQPError: it is not known of some.
    """
    exchange = channel.default_exchange
    async with asyncio.timeout(_CONFIRM_SECONDS):
        confirms = (exchange.publish(message, queue, mandatory=True) for message in messages)
        answers = await asyncio.gather(*confirms, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer


class RabbitSink:
    """Publishes to the outcomes' queue, one delivery at a time.

    The connection is opened when it is needed and dropped after any error.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None

    async def deliver(self, outcomes: Sequence[Outcome]) -> None:
        """Return once the broker has confirmed all of them.

        Raises:
            OSError, TimeoutError, aio_pika.exceptions.AMQPError: the broker is out of reach, or a message
                found no queue or was refused.
        """
        try:
            channel = await self._opened()
            await publish(channel, OUTCOMES, map(fresh_message, pack(outcomes)))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up, if there is a connection."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            await hang_up(connection)

    async def _opened(self) -> AbstractChannel:
        if self._channel is None or self._channel.is_closed:
            await self.close()
            self._connection = await connect(self._url, "shipper")
            self._channel = await open_channel(self._connection)
        return self._channel
