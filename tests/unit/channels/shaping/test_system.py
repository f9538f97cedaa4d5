"""Instructions in the bodies of every dialect."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    BEDROCK,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
    Kind,
)
from oblivious.adapters.registry import UPSTREAMS
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.shape import shape_body
from oblivious.channels.shaping.system import SYSTEMS

USER = {"role": "user", "content": "hi"}
HI = {"messages": [USER]}


def shaped(dialect: str, mode: str, body: Any) -> Any:
    shaping = read_shaping({"system": {"text": "be {group}", "mode": mode}})
    facts = Facts(dialect=dialect, group="kind")
    return json.loads(shape_body(shaping, facts, json.dumps(body).encode())[0])


def told(role: str, content: Any) -> Any:
    return {"messages": [{"role": role, "content": content}, USER]}


def texts(*words: str) -> Any:
    return [{"type": "text", "text": text} for text in words]


def blocks(*words: str) -> Any:
    return [{"text": text} for text in words]


NONE_YET = {
    OPENAI_CHAT: (HI, told("system", "be kind")),
    OLLAMA: (HI, told("system", "be kind")),
    COHERE: (HI, told("system", "be kind")),
    OPENAI_RESPONSES: ({"input": "hi"}, {"input": "hi", "instructions": "be kind"}),
    ANTHROPIC: (HI, HI | {"system": "be kind"}),
    GEMINI: ({"contents": []}, {"contents": [], "systemInstruction": {"parts": blocks("be kind")}}),
    BEDROCK: (HI, HI | {"system": blocks("be kind")}),
}

JOINED: dict[str, tuple[str, Any, Any, Any]] = {
    "chat, a text": (
        OPENAI_CHAT,
        told("system", "short"),
        told("system", "be kind\n\nshort"),
        told("system", "short\n\nbe kind"),
    ),
    "chat, a developer's": (
        OPENAI_CHAT,
        told("developer", "short"),
        told("developer", "be kind\n\nshort"),
        told("developer", "short\n\nbe kind"),
    ),
    "chat, parts": (
        OPENAI_CHAT,
        told("system", texts("short")),
        told("system", texts("be kind", "short")),
        told("system", texts("short", "be kind")),
    ),
    "ollama": (
        OLLAMA,
        told("system", "short"),
        told("system", "be kind\n\nshort"),
        told("system", "short\n\nbe kind"),
    ),
    "cohere": (
        COHERE,
        told("system", "short"),
        told("system", "be kind\n\nshort"),
        told("system", "short\n\nbe kind"),
    ),
    "responses": (
        OPENAI_RESPONSES,
        {"instructions": "short"},
        {"instructions": "be kind\n\nshort"},
        {"instructions": "short\n\nbe kind"},
    ),
    "anthropic, a text": (
        ANTHROPIC,
        {"system": "short"},
        {"system": "be kind\n\nshort"},
        {"system": "short\n\nbe kind"},
    ),
    "anthropic, blocks": (
        ANTHROPIC,
        {"system": texts("short")},
        {"system": texts("be kind", "short")},
        {"system": texts("short", "be kind")},
    ),
    "gemini": (
        GEMINI,
        {"systemInstruction": {"parts": blocks("short")}},
        {"systemInstruction": {"parts": blocks("be kind", "short")}},
        {"systemInstruction": {"parts": blocks("short", "be kind")}},
    ),
    "gemini, spelled otherwise, one part": (
        GEMINI,
        {"system_instruction": {"role": "user", "parts": {"text": "short"}}},
        {"system_instruction": {"role": "user", "parts": blocks("be kind", "short")}},
        {"system_instruction": {"role": "user", "parts": blocks("short", "be kind")}},
    ),
    "bedrock": (
        BEDROCK,
        {"system": blocks("short")},
        {"system": blocks("be kind", "short")},
        {"system": blocks("short", "be kind")},
    ),
    "an empty text": (ANTHROPIC, {"system": ""}, {"system": "be kind"}, {"system": "be kind"}),
}

OVERRIDDEN: dict[str, tuple[str, Any, Any]] = {
    "chat, wherever they stand": (
        OPENAI_CHAT,
        {"messages": [USER, {"role": "developer", "content": "a"}, {"role": "system", "content": "b"}]},
        {"messages": [{"role": "developer", "content": "be kind"}, USER]},
    ),
    "responses, also in the input": (
        OPENAI_RESPONSES,
        {"instructions": "short", "input": [{"role": "developer", "content": "a"}, USER]},
        {"instructions": "be kind", "input": [USER]},
    ),
    "anthropic": (ANTHROPIC, {"system": texts("short")}, {"system": "be kind"}),
    "gemini": (
        GEMINI,
        {"system_instruction": {"parts": blocks("short")}},
        {"system_instruction": {"parts": blocks("be kind")}},
    ),
    "bedrock": (BEDROCK, {"system": blocks("short")}, {"system": blocks("be kind")}),
}

SENSELESS: dict[str, tuple[str, Any]] = {
    "chat without messages": (OPENAI_CHAT, {"prompt": "hi"}),
    "chat with strange content": (OPENAI_CHAT, told("system", 5)),
    "responses": (OPENAI_RESPONSES, {"instructions": {"a": 1}}),
    "anthropic": (ANTHROPIC, {"system": 5}),
    "gemini": (GEMINI, {"systemInstruction": "short"}),
    "gemini with strange parts": (GEMINI, {"systemInstruction": {"parts": "short"}}),
    "bedrock": (BEDROCK, {"system": "short"}),
}


def test_every_dialect_of_upstreams_has_a_place_for_them() -> None:
    assert SYSTEMS.keys() == UPSTREAMS.keys() == NONE_YET.keys()


@pytest.mark.parametrize("mode", ["add", "append", "override"])
@pytest.mark.parametrize("dialect", NONE_YET)
def test_where_there_were_none_they_are_alone(dialect: str, mode: str) -> None:
    before, after = NONE_YET[dialect]

    assert shaped(dialect, mode, before) == after


@pytest.mark.parametrize(("dialect", "body", "added", "appended"), JOINED.values(), ids=JOINED)
def test_they_come_before_or_after_the_clients_own(
    dialect: str, body: Any, added: Any, appended: Any
) -> None:
    assert shaped(dialect, "add", body) == added
    assert shaped(dialect, "append", body) == appended


@pytest.mark.parametrize(("dialect", "body", "after"), OVERRIDDEN.values(), ids=OVERRIDDEN)
def test_they_stand_for_the_clients_own(dialect: str, body: Any, after: Any) -> None:
    assert shaped(dialect, "override", body) == after


@pytest.mark.parametrize(("dialect", "body"), SENSELESS.values(), ids=SENSELESS)
def test_a_body_that_makes_no_sense_is_the_upstreams_to_judge(dialect: str, body: Any) -> None:
    assert shaped(dialect, "add", body) == body


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.EMBEDDINGS, None], ids=str)
def test_only_conversations_get_them(kind: Kind | None) -> None:
    shaping = read_shaping({"system": {"text": "be kind"}})
    body = json.dumps(HI).encode()

    assert shape_body(shaping, Facts(dialect=ANTHROPIC, kind=kind), body) == (body, [])


def test_nothing_is_said_where_the_client_did_not_send_the_header() -> None:
    shaping = read_shaping({"system": {"text": "{header:x-tone}"}})
    body = json.dumps(HI).encode()

    assert shape_body(shaping, Facts(dialect=ANTHROPIC), body) == (body, [])
    after, applied = shape_body(shaping, Facts(dialect=ANTHROPIC, headers={b"x-tone": b"kind\xff"}), body)
    assert json.loads(after)["system"] == "kind�"
    assert applied == [Applied("system", "prepended", "system")]
