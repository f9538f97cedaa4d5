"""One client request on its way."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from oblivious.adapters.chat.listening import Listener
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.face import Envelope, Headers, RelayFace
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.ways import Way
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.billing.pricebook import Priced
from oblivious.channels.abilities import Wants
from oblivious.channels.affinity import Affinity
from oblivious.channels.directory import Candidate, Key
from oblivious.channels.pick import Stage
from oblivious.channels.route import NOWHERE, Route
from oblivious.channels.shaping.applied import Applied
from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import RelayError
from oblivious.contracts.events import Tried
from oblivious.contracts.ids import new_id
from oblivious.contracts.meters import Need, Taken
from oblivious.contracts.usage import NOTHING, Usage
from oblivious.gateway.road.fetch import Media
from oblivious.gateway.road.spool import Spooled
from oblivious.infra.state.draws import Draw

_NO_HEADERS: Headers = []
_UNREAD = Envelope(Endpoint("", "", "", ""), b"", {}, "")
_NOBODY = Caller(key_id=0, key_name="", user_id=0, account_id=0, group="")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CLIENT_GONE = 499
"""The status of an exchange whose client left before the end, as nginx writes it."""


class ClientLeft(Exception):
    """The client went away: nothing is owed to it any more, but what it used is."""


class Incoming(Protocol):
    """An upstream's response, or several that come as one; see `Response`."""

    @property
    def status(self) -> int: ...  # noqa: D102
    @property
    def headers(self) -> Headers: ...  # noqa: D102
    @property
    def complete(self) -> bool: ...  # noqa: D102
    async def read(self) -> bytes: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Accepted:
    """What an upstream answered, from the moment it can't be taken back.

    Attributes:
        scanner: reads the stream as it passes; None for an answer that is whole.
        way: how it comes back to the client.
        held: a stream's first events, kept back until now, or the whole answer; as the client gets them.
        usage: of a whole answer, as the upstream counted it.
    """

    __slots__ = ("bindings", "held", "response", "scanner", "usage", "way")

    def __init__(
        self,
        response: Incoming,
        way: Way,
        held: bytes,
        *,
        scanner: Stream | None = None,
        usage: Usage | None = None,
        bindings: tuple[str, ...] = (),
    ) -> None:
        self.response = response
        self.way = way
        self.held = held
        self.scanner = scanner
        self.usage = usage
        self.bindings = bindings


class Exchange:
    """What is known of a request so far; every step of the road adds its part.

    Times are seconds of the monotonic clock; 0 for what has not happened.

    Attributes:
        envelope: an empty one until the body was read.
        caller: nobody, with the numbers 0, until it is known.
        client: its address, behind trusted proxies.
        named: the model, and whether to stream, where the path says so.
        route: where requests like it go.
        stages: the models that may serve it, with who can serve each.
        wants: what it needs a model to be able to do; None until somebody asks.
        affinity: what its conversation is known by.
        pinned: an admin has said which channel serves it.
        served: the public model that its last attempt is for.
        serving: the channel that counts it among what it serves; 0: none.
        share: what its attempt holds of the limits of channels: the id, and from whom.
        claims: the half-open subjects that its attempt has to itself.
        trace: what was tried, where it was more than one attempt that went well.
        answered: when that one attempt began, and when it was accepted.
        estimate: input tokens, by length.
        expected_tokens: tokens that it is expected to use, all in all.
        read, embedding: the request in neutral form, once a candidate of another dialect was tried.
        recalled: what its client cannot give back was looked for.
        listener: hears what a model thinks, where its answer is translated; of the last attempt.
        media: what was fetched for it, since an upstream would not; None where nothing was needed.
        holds: the state store may hold something for it, which the end gives back.
        opened: the journal knows of the exchange, so it must learn of its end.
        calls: how many calls the attempt under way consists of, each with an attempt id of its own.
        shaped: what the channel of the last attempt changed in it.
        asked: an attempt has a connection and has not failed: what it uses is owed.
        streaming: the client has a part of a stream and waits for more.
        sending: the client has yet to take the last piece.
        ping: the last one that was sent, taken or not.
        gone: the client has left.
        status, reason, usage, amount: what journal, log and metrics say of the end; `amount` in nano-USD.
    """

    # Most of what is known of an exchange is not known yet when it begins: these are what it begins with.
    # Read from the class they cost nothing, and a tenth of an exchange's time went into writing them down.
    envelope: Envelope = _UNREAD
    caller: Caller = _NOBODY
    priced: Priced
    task: asyncio.Task[Any] | None = None
    ping: asyncio.Future[None] | None = None
    cors: Headers
    body: bytes | Spooled = b""
    candidates: tuple[Candidate, ...] = ()
    route: Route = NOWHERE
    stages: tuple[Stage, ...] = ()
    wants: Wants | None = None
    affinity: Affinity | None = None
    pinned = False
    serving = 0
    served = ""
    share: tuple[str, list[Draw]] | None = None
    claims: tuple[str, ...] = ()
    trace: tuple[Tried, ...] = ()
    answered: tuple[float, float] | None = None
    candidate: Candidate | None = None
    key: Key | None = None
    need: Need | None = None
    taken: Taken | None = None
    named: tuple[str, bool] | None = None
    read: tuple[ChatRequest, ClientPlan] | None = None
    embedding: EmbeddingRequest | None = None
    recalled = False
    listener: Listener | None = None
    media: Media | None = None
    accepted: Accepted | None = None
    error: RelayError | None = None
    attempts = 0
    calls = 1
    attempt_id = ""
    shaped: tuple[Applied, ...] = ()
    client = ""
    estimate = 0
    expected_tokens = 0
    first_byte = 0.0
    last_sent = 0.0
    opened = False
    asked = False
    streaming = False
    sending = False
    gone = False
    ended = False
    watched = False
    holds = True
    status = 0
    reason = ""
    usage: Usage = NOTHING
    amount = 0

    def __init__(
        self,
        endpoint: Endpoint,
        face: RelayFace,
        headers: Headers,
        query: bytes,
        *,
        receive: Receive,
        send: Send,
    ) -> None:
        self.id = self.request_id = new_id()
        self.arrived = time.monotonic()
        self.endpoint = endpoint
        self.face = face
        self.raw_headers = headers
        self.headers = dict(headers)
        self.query = query
        self.cors = _NO_HEADERS
        self.receive = receive
        self.send = send

    @property
    def stood_in(self) -> bool:
        """Whether another public model serves than the one that was asked for."""
        return self.served != self.route.model and bool(self.served)
