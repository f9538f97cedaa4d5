"""Several calls that give one answer each, told to the client as one answer with several choices.

Each call gets a client of its own to write for, which passes everything on under the number of its choice.
"""

from collections.abc import Callable, Sequence

import msgspec

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.dialects.face import RelayFace
from oblivious.adapters.dialects.translate import ClientFace, Encoder
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.contracts.usage import Usage, together

_NOTHING = Choice(())


class Choices:
    """Puts the answers of several calls together, whole ones or streams.

    Attributes:
        ways: how the answer of each call comes here.
    """

    def __init__(self, way: TranslatedWay, calls: int, plain: RelayFace) -> None:
        """Take how one answer would come back, and a face of the client's dialect that adds no framing."""
        self._client = way.client
        self._plan = way.client_plan
        self._encoder = way.client.encoder(way.client_plan)
        self._begun = False
        self._running = calls
        self._counted: list[Counted | None] = [None] * calls
        self._responses: dict[int, ChatResponse] = {}
        self._held: list[bytes] = []
        self._holds = True
        self.ways = [
            way._replace(client=self._client_of(number), client_face=plain) for number in range(calls)
        ]

    def whole(self) -> bytes:
        """Return the answer for the client, once every call has its own."""
        responses = [self._responses[number] for number in sorted(self._responses)]
        merged = msgspec.structs.replace(
            responses[0],
            choices=tuple(_only(response, number) for number, response in enumerate(responses)),
            usage=summed([response.usage for response in responses]),
        )
        return self._client.write_response(merged, self._plan)

    def held(self) -> bytes:
        """Return what the streams have said so far, in that order; from then on nothing is kept."""
        self._holds = False
        out = b"".join(self._held)
        self._held.clear()
        return out

    def write(self, number: int, event: ChatEvent) -> bytes:
        """Return what the client gets for an event of a call; of each call only the first choice counts."""
        out = self._written(number, event)
        if self._holds:
            self._held.append(out)
        return out

    def _written(self, number: int, event: ChatEvent) -> bytes:
        if isinstance(event, Begun):
            begun, self._begun = self._begun, True
            return b"" if begun else self._encoder.feed(event)
        if isinstance(event, Counted):
            self._counted[number] = event
            return b""
        if isinstance(event, Ended):
            self._running -= 1
            return b"" if self._running else self._end(event)
        if isinstance(event, Failed) or event.choice:
            return b""
        return self._encoder.feed(msgspec.structs.replace(event, choice=number) if number else event)

    def _end(self, event: Ended) -> bytes:
        counted = [each for each in self._counted if each is not None]
        usage = summed([None if each is None else each.usage for each in self._counted])
        told = b""
        if usage is not None:
            told = self._encoder.feed(msgspec.structs.replace(counted[0], usage=usage))
        return told + self._encoder.feed(event)

    def _client_of(self, number: int) -> ClientFace:
        def write_response(response: ChatResponse, _plan: ClientPlan) -> bytes:
            self._responses[number] = response
            return b""

        def encoder(_plan: ClientPlan) -> Encoder:
            return _Choice(self.write, number)

        return self._client._replace(write_response=write_response, encoder=encoder)


class _Choice:
    """Writes the events of one call."""

    __slots__ = ("_number", "_write")

    def __init__(self, write: Callable[[int, ChatEvent], bytes], number: int) -> None:
        self._write = write
        self._number = number

    def feed(self, event: ChatEvent) -> bytes:
        """See `Encoder.feed`."""
        return self._write(self._number, event)


def summed(usages: Sequence[Usage | None]) -> Usage | None:
    """Return what all calls used; None where one of them did not say, so that all is estimated."""
    told = [usage for usage in usages if usage is not None]
    return together(told) if len(told) == len(usages) else None


def _only(response: ChatResponse, number: int) -> Choice:
    choice = response.choices[0] if response.choices else _NOTHING
    return msgspec.structs.replace(choice, index=number)
