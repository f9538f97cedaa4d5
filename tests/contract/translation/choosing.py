"""Cells of choices by calls: a client that wants several answers, of an upstream that gives one a call."""

from collections.abc import Sequence
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.dialects.choices import Choices
from oblivious.adapters.dialects.merged import Merged
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.usage import Usage
from tests.contract.translation.cells import Unsayable, exchanged, heard_by
from tests.contract.translation.features import WEATHER, ask
from tests.contract.translation.folding import events_of, folded
from tests.contract.translation.peers.table import PEERS

_USAGE = Usage(input_tokens=10, output_tokens=5)
_PARTS: tuple[tuple[Part, ...], ...] = (
    (Text(text="one"),),
    (ToolCall(id="call_1", name="get_weather", arguments='{"city":"Oslo"}'),),
    (Reasoning(text="hm"), Text(text="six")),
)
ANSWERS = tuple(
    ChatResponse(
        (Choice(parts, Finish.TOOL_CALLS if isinstance(parts[0], ToolCall) else Finish.STOP),), _USAGE
    )
    for parts in _PARTS
)
"""What three calls are answered."""


def by_calls(client: str, upstream: str, *, stream: bool) -> str:
    """Say what becomes of three answers to three calls: `kept`, `changed`, or `unsayable` for the client."""
    wanted = ask(n=len(ANSWERS), tools=(WEATHER,), stream=stream)
    try:
        said = exchanged(client, client, wanted).said
    except Unsayable:
        return "unsayable"
    if said.n != len(ANSWERS):
        return "unsayable"
    heard = _heard(client, upstream, stream=stream)
    return "kept" if [*map(_told, heard.choices)] == _expected() and _counted(heard) else "changed"


def _heard(client: str, upstream: str, *, stream: bool) -> ChatResponse:
    one = exchanged(client, upstream, ask(tools=(WEATHER,), stream=stream))
    way = TranslatedWay(
        FACES[client], CLIENTS[client], one.client_plan, UPSTREAMS[upstream], one.upstream_plan
    )
    choices = Choices(way, len(ANSWERS), FACES[client])
    if stream:
        return folded(
            heard_by(client, _streamed(choices, [_sent(upstream, one.seen, each) for each in ANSWERS]))
        )
    for each, answer in zip(choices.ways, ANSWERS, strict=True):
        each.whole(PEERS[upstream].write_response(answer, one.seen))
    read = UPSTREAMS[client].read_response(choices.whole(), UpstreamPlan())
    assert isinstance(read, ChatResponse), read
    return read


def _sent(upstream: str, seen: Any, answer: ChatResponse) -> list[bytes]:
    encoder = PEERS[upstream].encoder(seen)
    return [encoder.feed(event) for event in events_of(answer)]


def _streamed(choices: Choices, sent: Sequence[list[bytes]]) -> bytes:
    """Let the calls speak in turn, the first of them before the client is there."""
    streams = [way.stream() for way in choices.ways]
    streams[0].feed(sent[0].pop(0))
    merged, down = Merged(streams), [choices.held()]
    while any(sent):
        down += [
            merged.hear(number, pieces.pop(0)) for number, pieces in enumerate(sent) if pieces and pieces[0]
        ]
        sent = [[piece for piece in pieces if piece] for pieces in sent]
    down += [merged.hear(number, b"") for number in range(len(sent))]
    assert merged.error is None, merged.error
    assert merged.ended
    return b"".join(down)


def _told(choice: Choice) -> tuple[int, list[tuple[str, str]], Finish]:
    """Return a choice as far as every client can read it: its words and its calls."""
    words = [("words", part.text) for part in choice.parts if isinstance(part, Text) and part.text]
    calls = [(part.name, part.arguments) for part in choice.parts if isinstance(part, ToolCall)]
    return choice.index, words + calls, choice.finish


def _expected() -> list[tuple[int, list[tuple[str, str]], Finish]]:
    return [
        _told(msgspec.structs.replace(answer.choices[0], index=number))
        for number, answer in enumerate(ANSWERS)
    ]


def _counted(heard: ChatResponse) -> bool:
    return heard.usage is not None and (heard.usage.input_tokens, heard.usage.output_tokens) == (30, 15)
