"""Requests and answers that tests of this dialect are made of."""

import json
from typing import Any

from oblivious.adapters.chat.events import ChatEvent
from oblivious.adapters.chat.parts import Part, Text
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, Turn
from oblivious.adapters.dialects.cohere.translate.face import COHERE_UPSTREAM
from oblivious.adapters.dialects.endpoint import COHERE, OPENAI_CHAT
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.providers.provider import Provider

Json = dict[str, Any]

PROVIDER = Provider(name="cohere", speaks={COHERE: "https://api.example.com/v2"}, source="a test")
THINKER, SILENT = "command-a-reasoning-08-2025", "command-r-plus-08-2024"
HELLO = Turn("user", (Text(text="Hello"),))
SCHEMA: Json = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = Tool("function", "get_weather", "What the weather is like.", SCHEMA)
TIME = Tool("function", "get_time", "What time it is.", SCHEMA)


def request(*turns: Turn, **members: Any) -> ChatRequest:
    """Return a neutral request."""
    return ChatRequest(origin=OPENAI_CHAT, model="mine", turns=turns or (HELLO,), **members)


def outgoing(wanted: ChatRequest, model: str = THINKER) -> Outgoing:
    """Write a request for an upstream."""
    return COHERE_UPSTREAM.write_request(wanted, Target(PROVIDER, model))


def written(wanted: ChatRequest, model: str = THINKER) -> Json:
    """Return the body that goes up."""
    body: Json = json.loads(outgoing(wanted, model).body)
    return body


def messages(*turns: Turn, model: str = THINKER) -> list[Json]:
    """Return the messages that go up."""
    found: list[Json] = written(request(*turns), model)["messages"]
    return found


def user(*parts: Part) -> Turn:
    """Return what a user says."""
    return Turn("user", parts)


def decoded(*events: Json | bytes, plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    """Return what a stream says."""
    decoder = COHERE_UPSTREAM.decoder(plan or UpstreamPlan())
    fed = [
        decoder.feed(event if isinstance(event, bytes) else json.dumps(event).encode()) for event in events
    ]
    return [said for each in fed for said in each] + list(decoder.finish())
