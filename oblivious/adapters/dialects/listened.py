"""A client's side of a translation at which somebody listens."""

from collections.abc import Callable

from oblivious.adapters.chat.events import ChatEvent
from oblivious.adapters.chat.listening import Listener
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.translate import ClientFace, Encoder


def listened(client: ClientFace, listener: Listener) -> ClientFace:
    """Return the face of a client whose answers the listener hears before they are written."""

    def write_response(response: ChatResponse, plan: ClientPlan) -> bytes:
        listener.hear_whole(response)
        return client.write_response(response, plan)

    def encoder(plan: ClientPlan) -> Encoder:
        return _Listened(client.encoder(plan).feed, listener.hear)

    return client._replace(write_response=write_response, encoder=encoder)


class _Listened:
    """An encoder whose events are heard first."""

    __slots__ = ("_feed", "_hear")

    def __init__(self, feed: Callable[[ChatEvent], bytes], hear: Callable[[ChatEvent], None]) -> None:
        self._feed = feed
        self._hear = hear

    def feed(self, event: ChatEvent) -> bytes:
        """See `Encoder.feed`."""
        self._hear(event)
        return self._feed(event)
