"""A request that somebody wonders about, from the admin API's words to an exchange that goes nowhere."""

from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.dialects.endpoint import GEMINI, Endpoint, Kind
from oblivious.adapters.dialects.face import Envelope, Headers
from oblivious.adapters.registry import ENDPOINTS, face_of
from oblivious.channels.left_out import Listed
from oblivious.channels.tables import Channel
from oblivious.contracts.caller import Caller
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import CallerError
from oblivious.gateway.road.exchange import Exchange, Message
from oblivious.gateway.routes.admin.channel_shown import KEYED
from oblivious.identity.caller_rows import find_caller
from oblivious.identity.groups import list_groups
from oblivious.identity.users import DEFAULT_GROUP

Dialect = Literal["openai_chat", "openai_responses", "anthropic", "gemini"]

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class RouteQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request, as far as it matters.

    Attributes:
        dialect: what the client speaks.
        kind: what is asked for: `chat`, `embeddings` or `count`.
        key_id: the API key that asks; instead of `group`.
        group: whose users ask; `default` where neither is given.
        headers: the client's, where they matter: what keeps a conversation together, or names a channel.
        body: the whole request; without one nothing is known of what it needs.
    """

    model: _Name
    dialect: Dialect = "openai_chat"
    kind: Kind = Kind.CHAT
    key_id: _Number | None = None
    group: str | None = None
    headers: dict[str, str] = {}
    body: dict[str, Any] | None = None


async def read_asker(session: AsyncSession, question: RouteQuestion) -> Caller:
    """Return who asks.

    Raises:
        ChangeRefused: there is no such key or group, or both are given.
    """
    if question.key_id is None:
        return await _of_group(session, question.group or DEFAULT_GROUP)
    if question.group is not None:
        raise ChangeRefused("group", "is the key's own: give one of the two")
    caller = await find_caller(session, question.key_id)
    if caller is None:
        raise ChangeRefused("key_id", f"there is no API key {question.key_id}")
    return caller


async def read_house(session: AsyncSession) -> list[Listed]:
    """Return every channel that there is, by name."""
    keyed = set(await session.scalars(KEYED))
    channels = await session.scalars(select(Channel).order_by(col(Channel.name)))
    return [
        Listed(one.id, one.name, one.models, one.groups, one.disabled, one.draining, one.id in keyed)
        for one in channels
    ]


def exchange_of(question: RouteQuestion, caller: Caller) -> Exchange:
    """Return the exchange that such a request would begin.

    Raises:
        ChangeRefused: the dialect has no such endpoint, or the body is none of its.
    """
    endpoint = endpoint_of(question.dialect, question.kind)
    face = face_of(endpoint)
    headers = headers_of(question.headers)
    exchange = Exchange(endpoint, face, headers, b"", receive=_nothing_comes, send=_nobody_hears)
    exchange.caller = caller
    exchange.envelope = _envelope(exchange, question)
    return exchange


def endpoint_of(dialect: str, kind: Kind) -> Endpoint:
    """Return where a dialect asks for something.

    Raises:
        ChangeRefused: it has no words for it.
    """
    found = next((one for one in ENDPOINTS if one.dialect == dialect and one.kind is kind), None)
    if found is None:
        raise ChangeRefused("kind", f"is nothing that clients of {dialect} can ask for: {kind}")
    return found


def headers_of(given: dict[str, str]) -> Headers:
    """Return headers as they come in."""
    return [(name.lower().encode(), value.encode()) for name, value in given.items()]


def _envelope(exchange: Exchange, question: RouteQuestion) -> Envelope:
    endpoint, face = exchange.endpoint, exchange.face
    if question.body is None:
        return Envelope(endpoint, b"", {}, question.model)
    try:
        if endpoint.dialect == GEMINI:
            body = msgspec.json.encode(question.body)
            return face.envelope_at(endpoint, body, question.model, stream=False)
        return face.envelope(endpoint, msgspec.json.encode({**question.body, "model": question.model}))
    except CallerError as error:
        raise ChangeRefused(f"body.{error.param}" if error.param else "body", error.message) from None


async def _of_group(session: AsyncSession, name: str) -> Caller:
    group = next((one for one in await list_groups(session) if one.name == name), None)
    if group is None:
        raise ChangeRefused("group", f"there is no group {name!r}")
    return Caller(
        key_id=0,
        key_name="",
        user_id=0,
        account_id=0,
        group=name,
        policy=group.policy,
        ratio=group.ratio,
        calls_per_choice=group.calls_per_choice,
    )


async def _nothing_comes() -> Message:
    return {"type": "http.disconnect"}


async def _nobody_hears(_message: Message) -> None:
    return
