"""What could not be settled, for people to look at and to send on its way again."""

import msgspec
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.rabbit.messages import Undecodable, reason_of, revived_message, unpack
from oblivious.infra.bus.rabbit.publisher import publish
from oblivious.infra.bus.rabbit.topology import DEAD, OUTCOMES, channel_to, declare


class DeadLetter(msgspec.Struct, frozen=True):
    """A message that was put aside; `outcomes` is empty if it cannot be read."""

    reason: str
    body: bytes
    outcomes: list[Outcome]


async def list_dead(url: str, most: int = 100) -> list[DeadLetter]:
    """Return the oldest dead letters; they stay where they are.

    Raises:
        OSError, TimeoutError, aio_pika.exceptions.AMQPError: the broker is out of reach.
    """
    async with channel_to(url, "dead letters") as channel:
        queue = await declare(channel, DEAD)
        letters: list[DeadLetter] = []
        # Nothing is acknowledged, so all go back when the channel closes.
        while len(letters) < most and (message := await _next(queue)):
            letters.append(_letter(message))
        return letters


async def replay(url: str, most: int = 10_000) -> int:
    """Send dead letters on their way again; return how many.

    Those that fail once more come back, and are not tried again by this call.

    Raises:
        OSError, TimeoutError, aio_pika.exceptions.AMQPError: the broker is out of reach; what is not yet
            replayed is still among the dead letters.
    """
    async with channel_to(url, "dead letters") as channel:
        queue = await declare(channel, DEAD)
        count = min(most, queue.declaration_result.message_count or 0)
        for number in range(count):
            message = await _next(queue)
            if message is None:
                return number
            await publish(channel, OUTCOMES, [revived_message(message.body, message.headers)])
            await message.ack()
        return count


async def _next(queue: AbstractQueue) -> AbstractIncomingMessage | None:
    return await queue.get(fail=False)


def _letter(message: AbstractIncomingMessage) -> DeadLetter:
    try:
        outcomes = unpack(message.body, message.headers)
    except Undecodable:
        outcomes = []
    return DeadLetter(reason_of(message.headers), message.body, outcomes)
