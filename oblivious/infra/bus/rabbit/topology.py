"""The queues, and the one way to open a channel on which nothing gets lost."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractQueue

OUTCOMES = "oblivious.outcomes"
DEAD = "oblivious.outcomes.dead"

_CONNECT_SECONDS = 10.0
_HANG_UP_SECONDS = 5.0
_HEARTBEAT_SECONDS = 15

# From version 4 on a broker drops a message after 20 deliveries: as many killed consumers would lose one.
_NEVER = 1_000_000_000


async def connect(url: str, name: str) -> AbstractConnection:
    """Connect once.

    Not `connect_robust`: it brings back channels and consumers behind our backs, but not what was under way
    on them. Here a broken connection is an error, and whoever was using it does its work again from the last
    thing that is sure, on a new connection.

    Raises:
        OSError, TimeoutError, aio_pika.exceptions.AMQPError: the broker is out of reach or refuses us.
    """
    return await aio_pika.connect(
        url,
        timeout=_CONNECT_SECONDS,
        heartbeat=_HEARTBEAT_SECONDS,
        client_properties={"connection_name": f"oblivious {name}"},
    )


async def hang_up(connection: AbstractConnection) -> None:
    """Close the connection, in order if the broker still answers."""
    with contextlib.suppress(OSError, TimeoutError, aio_pika.exceptions.AMQPError):
        async with asyncio.timeout(_HANG_UP_SECONDS):
            await connection.close()


async def open_channel(connection: AbstractConnection) -> AbstractChannel:
    """Open a channel with confirms, on which a message that finds no queue is an error; make the queues."""
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    for queue in (OUTCOMES, DEAD):
        await declare(channel, queue)
    return channel


async def declare(channel: AbstractChannel, queue: str) -> AbstractQueue:
    """Make the durable queue if it is not there; its `declaration_result` says how much it holds."""
    return await channel.declare_queue(
        queue,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": _NEVER,
            # An operator's length limit then refuses new messages; it does not drop old ones.
            "x-overflow": "reject-publish",
        },
    )


@asynccontextmanager
async def channel_to(url: str, name: str) -> AsyncGenerator[AbstractChannel, None]:
    """Connect, open a channel, and hang up at the end."""
    connection = await connect(url, name)
    try:
        yield await open_channel(connection)
    finally:
        await hang_up(connection)
