"""Several choices from an upstream that gives one a call: as many calls, made at the same time.

All of them are accepted, or none is. Then their streams go to the client as they come, as one.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, cast

from oblivious.adapters.dialects.choices import Choices, summed
from oblivious.adapters.dialects.merged import Merged
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.registry import FACES
from oblivious.channels.directory import Candidate, Key
from oblivious.contracts.errors import JournalFull
from oblivious.gateway.road.ask import ask, next_attempt
from oblivious.gateway.road.convert import call_of, write
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.shape import off_the_loop
from oblivious.gateway.road.together import Together


async def all_choices(road: Road, exchange: Exchange, candidate: Candidate, key: Key) -> Accepted:
    """Ask one channel key for every choice by a call of its own; return the answer that they come to.

    Raises:
        InvalidRequest: its dialect cannot say what is wanted.
        UpstreamError: one of the calls was not accepted; the others were given up.
        JournalFull: one of the calls could not be written down.
    """
    written = await off_the_loop(write, exchange, candidate, key)
    way = cast("TranslatedWay", written.way)  # what takes several calls went through the neutral chat
    choices = Choices(way, exchange.calls, FACES[exchange.face.name])
    names = [exchange.attempt_id, *(next_attempt(exchange) for _ in choices.ways[1:])]
    calls = [
        call_of(name, written._replace(way=one), candidate, key)
        for name, one in zip(names, choices.ways, strict=True)
    ]
    try:
        accepted = await _all([ask(road, exchange, candidate, key, call) for call in calls])
    except JournalFull:
        exchange.asked = False  # another call may have been let go meanwhile
        raise
    if exchange.envelope.stream:
        return _streamed(choices, way, accepted)
    return await _whole(choices, way, accepted)


async def _all(asking: Sequence[Coroutine[Any, Any, Accepted]]) -> list[Accepted]:
    """Return every answer; the first failure ends all."""
    calls = [asyncio.ensure_future(call) for call in asking]
    try:
        return await asyncio.gather(*calls)
    except BaseException:
        for call in calls:
            call.cancel()
        for found in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(found, Accepted):
                found.response.close()
        raise


async def _whole(choices: Choices, way: TranslatedWay, accepted: Sequence[Accepted]) -> Accepted:
    bindings = tuple(binding for one in accepted for binding in one.bindings)
    usage = summed([one.usage for one in accepted])
    response = Together([one.response for one in accepted], Merged(()))
    response.close()  # everything was read
    body = await asyncio.to_thread(choices.whole)  # it is as large as all of them
    return Accepted(response, way, body, usage=usage, bindings=bindings)


def _streamed(choices: Choices, way: TranslatedWay, accepted: Sequence[Accepted]) -> Accepted:
    merged = Merged([one.scanner for one in accepted if one.scanner is not None])
    scanner = way.client_face.framed(merged)
    held = scanner.feed(choices.held())
    return Accepted(Together([one.response for one in accepted], merged), way, held, scanner=scanner)
