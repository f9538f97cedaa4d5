"""What is very large passes whole, and takes memory in proportion to itself."""

import base64
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

import pytest

from oblivious.adapters.chat.parts import Image, Source, Text
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from tests.contract.translation.cells import exchanged, heard_by, target
from tests.contract.translation.features import ask, say
from tests.contract.translation.folding import events_of, folded
from tests.contract.translation.peers.table import PEERS

PAIRS = [(client, upstream) for client in CLIENTS for upstream in UPSTREAMS]
WORDS = "ten megabytes of words " * (10_000_000 // 23)
PICTURE = base64.b64encode(bytes(range(256)) * (5_000_000 // 256 * 3 // 4)).decode()
CHUNK = 65_536
COPIES = 8
"""How often what is large may be in memory at once: read, decoded, encoded, written, grown."""

T = TypeVar("T")

_pairs = pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])


def peak(run: Callable[[], T]) -> tuple[T, int]:
    """Return what it gives, and the most bytes that it had in use at once."""
    tracemalloc.start()
    try:
        return run(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def said(answer: ChatResponse) -> str:
    return "".join(part.text for part in answer.choices[0].parts if isinstance(part, Text))


@_pairs
def test_an_event_of_ten_megabytes(client: str, upstream: str) -> None:
    """Cut as a network cuts it."""
    way = exchanged(client, upstream, ask(stream=True))
    encoder = PEERS[upstream].encoder(way.seen)
    sent = b"".join(encoder.feed(event) for event in events_of(say(Text(text=WORDS)), len(WORDS)))

    def pass_on() -> bytes:
        translator = Translator(
            UPSTREAMS[upstream].decoder(way.upstream_plan), CLIENTS[client].encoder(way.client_plan)
        )
        down = b"".join(translator.feed(sent[at : at + CHUNK]) for at in range(0, len(sent), CHUNK))
        return down + translator.finish()

    down, most = peak(pass_on)

    assert said(folded(heard_by(client, down))) == WORDS
    assert most < COPIES * max(len(sent), len(down))


@_pairs
def test_a_picture_of_five_megabytes(client: str, upstream: str) -> None:
    """In a request."""
    look = Turn("user", (Text(text="look"), Image(source=Source(data=PICTURE, media_type="image/png"))))
    way = exchanged(client, client, ask(look))

    def write() -> Outgoing:
        return UPSTREAMS[upstream].write_request(way.said, target(upstream))

    out, most = peak(write)

    assert PICTURE.encode() in out.body
    assert most < COPIES * len(PICTURE)
