"""Step 5: what goes up.

Same dialect on both sides: the client's bytes, with the listed edits. Else the request is read into the
neutral chat, once, and written out for each attempt.
"""

import base64
import time
from typing import NamedTuple, cast

import msgspec

from oblivious.adapters.chat.listening import Listener
from oblivious.adapters.chat.owners import for_account
from oblivious.adapters.chat.parts import File, Image
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.state import WRAPPED
from oblivious.adapters.counting.counter import only
from oblivious.adapters.counting.table import COUNTERS
from oblivious.adapters.counting.way import CountWay
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.headers import upward
from oblivious.adapters.dialects.listened import listened
from oblivious.adapters.dialects.translate import Target, UpstreamFace
from oblivious.adapters.dialects.ways import SameWay, TranslatedWay, Way
from oblivious.adapters.members import members_of
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from oblivious.channels.directory import Candidate, Key
from oblivious.contracts.errors import ThreadUnsupported
from oblivious.gateway.road.carry import Upload, Written, carried, signed
from oblivious.gateway.road.embed import embedded, spell_out
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.fetch import Media
from oblivious.gateway.road.head import finished, head_of
from oblivious.gateway.road.media import wanted_by
from oblivious.gateway.road.shape import shaped
from oblivious.gateway.road.spool import Spliced, Spooled
from oblivious.infra.fetch import Fetcher

_WRAPPED = WRAPPED.encode()
_FOREIGN = (
    b'"' + _WRAPPED,
    b'"' + base64.b64encode(_WRAPPED)[: len(_WRAPPED) * 8 // 6],
    b'"signature":""',
    b'"signature": ""',
)
"""How wrapped state looks in a body, plainly and in Gemini's base64; and thoughts that nobody signed."""

_BY_URL = (b'"type":"url"', b'"type": "url"')
"""How media look in Anthropic's bodies that are elsewhere; hosts who fetch nothing speak no other dialect."""


class Call(NamedTuple):
    """One request to an upstream, and how its answer comes back."""

    attempt_id: str
    head: bytes
    body: Upload
    way: Way


def convert(exchange: Exchange, candidate: Candidate, key: Key) -> Call:
    """Return what goes up to a candidate, as the exchange's attempt.

    Raises:
        InvalidRequest: names what the candidate's dialect cannot say.
    """
    written = write(exchange, candidate, key)
    return call_of(exchange.attempt_id, written, candidate, key)


def call_of(attempt_id: str, written: Written, candidate: Candidate, key: Key) -> Call:
    """Return the call with what was written, as it goes up under the id of an attempt."""
    body = written.body
    head = head_of(candidate, key, written.path, written.query)
    return Call(attempt_id, finished(head, written.headers, attempt_id, len(body)), body, written.way)


def write(exchange: Exchange, candidate: Candidate, key: Key) -> Written:
    """Return what goes up to a candidate, shaped as the channel wants it, and signed if need be.

    Raises:
        InvalidRequest: names what the candidate's dialect cannot say.
    """
    shaping, dialect = candidate.shaping, candidate.dialect
    if exchange.envelope.threaded:
        _check_thread(exchange, candidate)
    if candidate.plain and shaping is None and dialect == exchange.face.name and not _must_be_read(exchange):
        return _same(exchange, candidate, whole=False)
    transport = candidate.provider.transports.get(dialect)
    signs = candidate.provider.signs(dialect, key.secret)
    whole = signs or (transport is not None and transport.rewrites)
    whole = whole or (shaping is not None and shaping.works_on_body)
    kept = dialect == exchange.face.name and not _is_predicted(exchange, candidate)
    if not kept or _must_be_read(exchange) or lacks_media(exchange, candidate):
        written = _translated(exchange, candidate, key)
    else:
        written = _same(exchange, candidate, whole=whole)
    if transport is not None:
        written = carried(exchange, candidate, transport, written)
    if shaping is not None:
        written = shaped(exchange, candidate, shaping, written)
    return signed(candidate, key, written) if signs else written


async def prepare(fetcher: Fetcher, exchange: Exchange, candidate: Candidate) -> None:
    """Get ready what a candidate of another dialect needs: media that it does not fetch, texts for tokens.

    Raises:
        InvalidRequest: names the field that is wrong, or what could not be fetched.
    """
    if exchange.endpoint.kind is Kind.EMBEDDINGS:
        await spell_out(exchange)
        return
    request, _ = read_once(exchange)
    upstream = _upstream(candidate)
    if any(wanted_by(upstream, request)):
        exchange.media = exchange.media or Media(fetcher)
        await exchange.media.fetch(request, upstream)


def _upstream(candidate: Candidate) -> UpstreamFace:
    """Return the face that the candidate is spoken to with; where it fetches nothing, the face knows."""
    face, transport = UPSTREAMS[candidate.dialect], candidate.provider.transports.get(candidate.dialect)
    if transport is None or transport.fetches:
        return face
    return face._replace(fetches=face.fetches - {Image, File})


def read_once(exchange: Exchange) -> tuple[ChatRequest, ClientPlan]:
    """Return the request in neutral chat; it is read the first time.

    Raises:
        InvalidRequest: names the field that is wrong.
    """
    if exchange.read is None:
        request, plan = CLIENTS[exchange.face.name].read_request(exchange.envelope)
        named = msgspec.structs.replace(plan, exchange_id=exchange.id, created=int(time.time()))
        exchange.read = request, named
    return exchange.read


def _check_thread(exchange: Exchange, candidate: Candidate) -> None:
    """Refuse to have a conversation kept by who would not: what was said before would be lost unseen."""
    keeps = candidate.dialect == exchange.face.name and candidate.provider.keeps_threads
    if not keeps or _must_be_read(exchange):
        raise ThreadUnsupported("nobody here keeps the conversation: send the whole of it", param="thread")


def _same(exchange: Exchange, candidate: Candidate, *, whole: bool) -> Written:
    edits, face = _edits(exchange, candidate), exchange.face
    body = _outbound(exchange, edits) if whole else _body(exchange, edits)
    headers = face.request_headers(exchange.raw_headers, candidate.provider.headers)
    way = SameWay(face, exchange.envelope, edits)
    return Written(face.path(exchange.envelope, edits), face.query(exchange.query), headers, body, way)


def _translated(exchange: Exchange, candidate: Candidate, key: Key) -> Written:
    if exchange.endpoint.kind is Kind.EMBEDDINGS:
        return embedded(exchange, candidate)
    written = _retold(exchange, candidate, key)
    return _counting(exchange, candidate, written) if exchange.endpoint.kind is Kind.COUNT else written


def _counting(exchange: Exchange, candidate: Candidate, written: Written) -> Written:
    """Return what asks for a count of the request instead of an answer to it."""
    counter, transport = COUNTERS[candidate.dialect], candidate.provider.transports.get(candidate.dialect)
    asked = only(transport.counts) if transport is not None and transport.counts else counter.question
    question = asked(members_of(cast("bytes", written.body)), written.path)
    way = CountWay(exchange.endpoint, counter, UPSTREAMS[candidate.dialect])
    return written._replace(path=counter.path_of(written.path), body=msgspec.json.encode(question), way=way)


def _retold(exchange: Exchange, candidate: Candidate, key: Key) -> Written:
    client, upstream = CLIENTS[exchange.face.name], _upstream(candidate)
    request, client_plan = read_once(exchange)
    if exchange.calls > 1:
        request = msgspec.structs.replace(request, n=1)
    if exchange.media is not None:
        request = exchange.media.inlined(request, upstream)
    account = str(key.id) if upstream.keeps_state else ""
    if account:
        request = msgspec.structs.replace(request, turns=for_account(request.turns, account))
    out = upstream.write_request(request, Target(candidate.provider, candidate.upstream_model))
    face = exchange.face
    if client.name == upstream.name:  # only the body had to be read: what else the client said still holds
        headers = face.request_headers(exchange.raw_headers, candidate.provider.headers)
        query = out.query or face.query(exchange.query)
    else:
        headers, query = upward([], frozenset(), upstream.always), out.query
        exchange.listener = Listener(words=bool(candidate.provider.reasoning_field))
        client = listened(client, exchange.listener)
    way = TranslatedWay(face, client, client_plan, upstream, out.plan, account)
    return Written(out.path, query, headers, out.body, way)


def _is_predicted(exchange: Exchange, candidate: Candidate) -> bool:
    """Whether embeddings are asked for in another way than their dialect has."""
    embeds = exchange.endpoint.kind is Kind.EMBEDDINGS
    return embeds and candidate.provider.predicts(candidate.dialect, candidate.upstream_model)


def _must_be_read(exchange: Exchange) -> bool:
    """Whether the conversation goes through the neutral chat although nobody's dialect changes.

    It brings back what we wrapped for the client, which this upstream would refuse; it is said as another
    endpoint takes it; or each call asks for less than the client does.
    """
    endpoint, members = exchange.endpoint, exchange.envelope.members
    if exchange.calls > 1:
        return True
    if endpoint.borrowed and endpoint.borrowed in members and endpoint.conversation not in members:
        return True
    if endpoint.kind is Kind.CHAT or endpoint.kind is Kind.COUNT:
        body = exchange.envelope.body
        for mark in _FOREIGN:  # not `any`: it is run for every exchange
            if body.find(mark) >= 0:
                return True
    return False


def lacks_media(exchange: Exchange, candidate: Candidate) -> bool:
    """Whether media by URL go up in the client's own dialect, but to one who fetches none."""
    transport = candidate.provider.transports.get(candidate.dialect)
    if transport is None or transport.fetches or exchange.endpoint.kind is not Kind.CHAT:
        return False
    return any(exchange.envelope.body.find(mark) >= 0 for mark in _BY_URL)


def _edits(exchange: Exchange, candidate: Candidate) -> Edits:
    envelope = exchange.envelope
    renamed = candidate.upstream_model if candidate.upstream_model != envelope.model else None
    ask = envelope.stream and exchange.endpoint.usage_option and candidate.provider.usage_option
    include_usage = ask and not envelope.wants_usage
    return Edits(renamed, include_usage) if renamed or include_usage else NO_EDITS


def _body(exchange: Exchange, edits: Edits) -> Upload:
    body = exchange.body
    if isinstance(body, Spooled):
        cuts = exchange.face.cuts(exchange.envelope, edits)
        return Spliced(body, cuts) if cuts else body
    return _outbound(exchange, edits)


def _outbound(exchange: Exchange, edits: Edits) -> bytes:
    out = exchange.face.outbound(exchange.envelope, edits)
    return out if isinstance(out, bytes) else bytes(out)
