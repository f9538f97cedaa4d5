"""Requests, plans and targets that tests of this dialect are made of."""

import json
from typing import Any

from oblivious.adapters.chat.parts import Part, Text
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_CLIENT, MESSAGES_UPSTREAM
from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.adapters.dialects.envelope import envelope_of
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.providers.provider import Provider

Json = dict[str, Any]

PROVIDER = Provider(name="anthropic", speaks={ANTHROPIC: "https://api.example.com/v1"}, source="a test")
NEW, OLD = "claude-opus-4-6", "claude-sonnet-4-20250514"
HELLO = Turn("user", (Text(text="Hello"),))


def read(**members: object) -> ChatRequest:
    """Read a request of a client; it says hello unless the test says otherwise."""
    body = {"model": "mine", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}], **members}
    return MESSAGES_CLIENT.read_request(envelope_of(MESSAGES, json.dumps(body).encode()))[0]


def read_parts(*blocks: object, role: str = "user") -> tuple[Part, ...]:
    """Read the blocks of one message."""
    return read(messages=[{"role": role, "content": list(blocks)}]).turns[0].parts


def request(*turns: Turn, origin: str = OPENAI_CHAT, **members: Any) -> ChatRequest:
    """Return a neutral request."""
    return ChatRequest(origin=origin, model="mine", turns=turns or (HELLO,), **members)


def outgoing(wanted: ChatRequest, model: str = NEW) -> Outgoing:
    """Write a request for an upstream."""
    return MESSAGES_UPSTREAM.write_request(wanted, Target(PROVIDER, model))


def written(wanted: ChatRequest, model: str = NEW) -> Json:
    """Return the body that goes up."""
    body: Json = json.loads(outgoing(wanted, model).body)
    return body


def client_plan() -> ClientPlan:
    """Return what an answer needs to know of its request."""
    return ClientPlan(request(origin=ANTHROPIC), exchange_id="x1", created=1)
