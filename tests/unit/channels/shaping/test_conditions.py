import json
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.shape import shape_body

BODY = {
    "temperature": 0.7,
    "n": 1,
    "store": True,
    "user": None,
    "model": "gpt-x-mini",
    "messages": [{"role": "system"}, {"role": "user"}],
}
FACTS = Facts(
    model="gpt",
    upstream_model="gpt-2026",
    group="vip",
    channel="first",
    dialect="openai_chat",
    stream=True,
    headers={b"x-team": b"red"},
)

HOLDS: dict[str, dict[str, Any]] = {
    "is": {"path": "n", "is": 1},
    "is, as another kind of number": {"path": "n", "is": 1.0},
    "is null": {"path": "user", "is": None},
    "is true": {"path": "store", "is": True},
    "is in one of the places": {"path": "messages.*.role", "is": "user"},
    "is not": {"path": "n", "is_not": 2},
    "is not, since it is missing": {"path": "seed", "is_not": 2},
    "in": {"path": "n", "in": [3, 1]},
    "matches": {"path": "model", "matches": "mini$"},
    "exists": {"path": "user", "exists": True},
    "is missing": {"path": "seed", "exists": False},
    "greater": {"path": "temperature", "greater": 0.5},
    "less": {"path": "n", "less": 2},
    "between": {"path": "temperature", "greater": 0.5, "less": 1},
    "model": {"fact": "model", "is": "gpt"},
    "upstream model": {"fact": "upstream_model", "matches": "^gpt-[0-9]+$"},
    "group": {"fact": "group", "in": ["vip", "staff"]},
    "channel": {"fact": "channel", "is": "first"},
    "dialect": {"fact": "dialect", "is": "openai_chat"},
    "stream": {"fact": "stream", "is": True},
    "kind": {"fact": "kind", "is": "chat"},
    "header": {"fact": "header:X-Team", "is": "red"},
    "header is missing": {"fact": "header:x-other", "exists": False},
}

FAILS: dict[str, dict[str, Any]] = {
    "is": {"path": "n", "is": 2},
    "true is no number": {"path": "n", "is": True},
    "one is not true": {"path": "store", "is": 1},
    "null is not missing": {"path": "seed", "is": None},
    "is not": {"path": "messages.*.role", "is_not": "user"},
    "in": {"path": "n", "in": [2, True]},
    "matches": {"path": "model", "matches": "^mini"},
    "a number matches nothing": {"path": "n", "matches": "1"},
    "exists": {"path": "seed", "exists": True},
    "is missing": {"path": "user", "exists": False},
    "greater": {"path": "temperature", "greater": 0.7},
    "true is greater than nothing": {"path": "store", "greater": 0},
    "less": {"path": "seed", "less": 5},
    "one of two tests": {"path": "temperature", "greater": 0.5, "less": 0.6},
    "header": {"fact": "header:x-team", "is": "blue"},
    "stream": {"fact": "stream", "is": False},
}


def is_done(facts: Facts, *when: dict[str, Any]) -> bool:
    shaping = read_shaping({"operations": [{"op": "set", "path": "done", "value": 1, "when": list(when)}]})
    return "done" in json.loads(shape_body(shaping, facts, json.dumps(BODY).encode())[0])


@pytest.mark.parametrize("condition", HOLDS.values(), ids=HOLDS)
def test_an_operation_is_done_where_its_condition_holds(condition: dict[str, Any]) -> None:
    assert is_done(FACTS, condition)


@pytest.mark.parametrize("condition", FAILS.values(), ids=FAILS)
def test_it_is_not_done_where_the_condition_fails(condition: dict[str, Any]) -> None:
    assert not is_done(FACTS, condition)


def test_all_conditions_must_hold() -> None:
    assert is_done(FACTS, HOLDS["is"], HOLDS["group"])
    assert not is_done(FACTS, HOLDS["is"], FAILS["header"])


@pytest.mark.parametrize("kind", [Kind.EMBEDDINGS, Kind.COUNT, None], ids=str)
def test_what_is_no_conversation_is_left_alone_unless_a_condition_names_its_kind(kind: Kind | None) -> None:
    facts = Facts(kind=kind)
    named = {"fact": "kind", "in": ["embeddings", "count", "other"]}

    assert not is_done(facts)
    assert not is_done(facts, {"path": "n", "is": 1})
    assert is_done(facts, named)


def test_a_search_without_end_is_given_up_and_told() -> None:
    """It costs some milliseconds, whatever the client has written."""
    slow = {"path": "model", "matches": "(x+x+)+y"}
    operation = {"op": "set", "path": "done", "value": 1, "when": [slow]}
    body = json.dumps({"model": "x" * 5_000}).encode()

    after, applied = shape_body(read_shaping({"operations": [operation, operation]}), FACTS, body)

    assert after == body
    assert [one.did for one in applied] == ["took too long", "took too long"]
