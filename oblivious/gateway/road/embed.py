"""Embeddings for an upstream of another dialect than the client's."""

import asyncio

from oblivious.adapters.dialects.headers import upward
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.adapters.embeddings.table import EMBEDDING_CLIENTS, EMBEDDING_UPSTREAMS
from oblivious.adapters.embeddings.tokens import has_tokens, spelled_out
from oblivious.adapters.embeddings.way import EmbeddingWay
from oblivious.channels.directory import Candidate
from oblivious.gateway.road.carry import Written
from oblivious.gateway.road.exchange import Exchange
from oblivious.infra.vocabulary import vocabulary


async def spell_out(exchange: Exchange) -> None:
    """Turn inputs that are tokens into texts, which every upstream takes; off the loop, and once.

    Raises:
        InvalidRequest: names the field that is wrong, or tokens cannot be spelled out here.
    """
    request = _read_once(exchange)
    if has_tokens(request):
        exchange.embedding = await asyncio.to_thread(_spelled, request)


def embedded(exchange: Exchange, candidate: Candidate) -> Written:
    """Write the request in the candidate's dialect.

    Raises:
        InvalidRequest: names what the candidate cannot do.
    """
    request, upstream = _read_once(exchange), EMBEDDING_UPSTREAMS[candidate.dialect]
    out = upstream.write_request(request, Target(candidate.provider, candidate.upstream_model))
    way = EmbeddingWay(EMBEDDING_CLIENTS[exchange.face.name], upstream, request, out.dropped)
    return Written(out.path, b"", upward([], frozenset(), upstream.always), out.body, way)


def _read_once(exchange: Exchange) -> EmbeddingRequest:
    if exchange.embedding is None:
        exchange.embedding = EMBEDDING_CLIENTS[exchange.face.name].read_request(exchange.envelope)
    return exchange.embedding


def _spelled(request: EmbeddingRequest) -> EmbeddingRequest:
    return spelled_out(request, vocabulary())
