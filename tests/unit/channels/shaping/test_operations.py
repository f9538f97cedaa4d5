"""Every operation on small bodies, where it fits and where it does not."""

import json
from typing import Any

import pytest

from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.shape import shape_body

CHAT = {"messages": [{"content": "one"}, {"content": [{"type": "text", "text": "two text"}]}]}
TOOLS = {"tools": [{"strict": True}, {"name": "b"}, {"strict": False}]}


def shaped(body: Any, *operations: dict[str, Any]) -> Any:
    shaping = read_shaping({"operations": list(operations)})
    return json.loads(shape_body(shaping, Facts(), json.dumps(body).encode())[0])


WORKS = {
    "set a new member": ({"a": 1}, {"op": "set", "path": "b", "value": 2}, {"a": 1, "b": 2}),
    "set over an old one": ({"a": 1}, {"op": "set", "path": "a", "value": None}, {"a": None}),
    "set keeps what is there": ({"a": 1}, {"op": "set", "path": "a", "value": 2, "keep": True}, {"a": 1}),
    "set keeps nothing where nothing is": (
        {},
        {"op": "set", "path": "a", "value": 2, "keep": True},
        {"a": 2},
    ),
    "set makes the objects on its way": (
        {},
        {"op": "set", "path": "reasoning.effort", "value": "low"},
        {"reasoning": {"effort": "low"}},
    ),
    "set an item": ({"a": [1, 2]}, {"op": "set", "path": "a.0", "value": 9}, {"a": [9, 2]}),
    "set the last item": ({"a": [1, 2]}, {"op": "set", "path": "a.-1", "value": 9}, {"a": [1, 9]}),
    "set in every item": (
        TOOLS,
        {"op": "set", "path": "tools.*.strict", "value": False},
        {"tools": [{"strict": False}, {"name": "b", "strict": False}, {"strict": False}]},
    ),
    "set in every member": (
        {"a": {"b": {}, "c": {}}},
        {"op": "set", "path": "a.*.x", "value": 1},
        {"a": {"b": {"x": 1}, "c": {"x": 1}}},
    ),
    "set a name that is a number": (
        {"logit_bias": {"5": 1}},
        {"op": "set", "path": "logit_bias.50256", "value": -100},
        {"logit_bias": {"5": 1, "50256": -100}},
    ),
    "set a name with a dot": ({}, {"op": "set", "path": r"a\.b", "value": 1}, {"a.b": 1}),
    "set a name that is a star": ({"a": 1}, {"op": "set", "path": r"\*", "value": 2}, {"a": 1, "*": 2}),
    "delete a member": ({"a": 1, "b": 2}, {"op": "delete", "path": "a"}, {"b": 2}),
    "delete in every item": (
        TOOLS,
        {"op": "delete", "path": "tools.*.strict"},
        {"tools": [{}, {"name": "b"}, {}]},
    ),
    "delete every item": ({"a": [1, 2, 3]}, {"op": "delete", "path": "a.*"}, {"a": []}),
    "delete every member": ({"a": 1, "b": 2}, {"op": "delete", "path": "*"}, {}),
    "delete an item": ({"a": [1, 2, 3]}, {"op": "delete", "path": "a.1"}, {"a": [1, 3]}),
    "move to another name": (
        {"max_tokens": 5},
        {"op": "move", "path": "max_tokens", "to": "max_completion_tokens"},
        {"max_completion_tokens": 5},
    ),
    "move into an object that is not there": (
        {"effort": "low"},
        {"op": "move", "path": "effort", "to": "reasoning.effort"},
        {"reasoning": {"effort": "low"}},
    ),
    "move out of an object over it": ({"a": {"b": 1}}, {"op": "move", "path": "a.b", "to": "a"}, {"a": 1}),
    "move over an old one": ({"a": 1, "b": 2}, {"op": "move", "path": "a", "to": "b"}, {"b": 1}),
    "move keeps what is there": (
        {"a": 1, "b": 2},
        {"op": "move", "path": "a", "to": "b", "keep": True},
        {"a": 1, "b": 2},
    ),
    "move an item": ({"a": [1, 2]}, {"op": "move", "path": "a.0", "to": "b"}, {"a": [2], "b": 1}),
    "append to a text": ({"a": "x"}, {"op": "append", "path": "a", "value": "y"}, {"a": "xy"}),
    "append to a list": ({"a": [1]}, {"op": "append", "path": "a", "value": [2]}, {"a": [1, [2]]}),
    "prepend to a text": ({"a": "x"}, {"op": "prepend", "path": "a", "value": "y"}, {"a": "yx"}),
    "prepend to a list": ({"a": [1]}, {"op": "prepend", "path": "a", "value": 2}, {"a": [2, 1]}),
    "replace a text": ({"a": "x.x"}, {"op": "replace", "path": "a", "find": "x", "with": "y"}, {"a": "y.y"}),
    "replace takes dots for dots": (
        {"a": "x.x"},
        {"op": "replace", "path": "a", "find": ".", "with": ""},
        {"a": "xx"},
    ),
    "replace by an expression": (
        {"a": "call 123 or 45"},
        {"op": "replace", "path": "a", "find": "/[0-9]+/", "with": "#"},
        {"a": "call # or #"},
    ),
    "replace with what a group found": (
        {"a": "ada@example"},
        {"op": "replace", "path": "a", "find": "/([a-z]+)@([a-z]+)/", "with": r"\2 \\ \1 \0"},
        {"a": r"example \ ada ada@example"},
    ),
    "replace in the parts of a message": (
        CHAT,
        {"op": "replace", "path": "messages.*.content", "find": "t", "with": "T"},
        {"messages": [{"content": "one"}, {"content": [{"type": "text", "text": "Two TexT"}]}]},
    ),
    "replace in a list of texts": (
        {"a": ["x", 1, "yx"]},
        {"op": "replace", "path": "a", "find": "x", "with": ""},
        {"a": ["", 1, "y"]},
    ),
}

NOTHING = {
    "set beyond the end": ({"a": [1]}, {"op": "set", "path": "a.1", "value": 2}),
    "set before the start": ({"a": [1]}, {"op": "set", "path": "a.-2", "value": 2}),
    "set a name in a list": ({"a": [1]}, {"op": "set", "path": "a.b", "value": 2}),
    "set below a text": ({"a": "x"}, {"op": "set", "path": "a.b", "value": 2}),
    "set in a list that is not there": ({}, {"op": "set", "path": "a.0.b", "value": 2}),
    "set in every item of nothing": ({}, {"op": "set", "path": "a.*.b", "value": 2}),
    "delete what is not there": ({"a": 1}, {"op": "delete", "path": "b.c"}),
    "move what is not there": ({"a": 1}, {"op": "move", "path": "b", "to": "c"}),
    "move to where nothing fits": ({"a": 1, "b": "x"}, {"op": "move", "path": "a", "to": "b.c"}),
    "move an item to where nothing fits": ({"a": [1, 2]}, {"op": "move", "path": "a.0", "to": "b.0"}),
    "append a number to a text": ({"a": "x"}, {"op": "append", "path": "a", "value": 1}),
    "append to a number": ({"a": 1}, {"op": "append", "path": "a", "value": 1}),
    "append to what is not there": ({}, {"op": "append", "path": "a", "value": 1}),
    "replace what is not found": ({"a": "x"}, {"op": "replace", "path": "a", "find": "y", "with": "z"}),
    "replace in an object": ({"a": {"text": "x"}}, {"op": "replace", "path": "a", "find": "x", "with": "z"}),
}


@pytest.mark.parametrize(("body", "operation", "after"), WORKS.values(), ids=WORKS)
def test_an_operation_does_what_it_says(body: Any, operation: dict[str, Any], after: Any) -> None:
    assert shaped(body, operation) == after


@pytest.mark.parametrize(("body", "operation"), NOTHING.values(), ids=NOTHING)
def test_an_operation_that_does_not_fit_leaves_every_byte(body: Any, operation: dict[str, Any]) -> None:
    text = json.dumps(body, indent=3).encode()

    assert shape_body(read_shaping({"operations": [operation]}), Facts(), text) == (text, [])


def test_operations_are_done_in_their_order() -> None:
    first = {"op": "set", "path": "a", "value": "x"}
    second = {"op": "append", "path": "a", "value": "y"}
    third = {"op": "move", "path": "a", "to": "b"}

    assert shaped({}, first, second, third) == {"b": "xy"}


def test_members_that_nobody_touches_keep_their_bytes() -> None:
    body = b'{ "a": 1.00, "messages": [ 1e2 ], "b": {"c":2.50 } }'
    shaping = read_shaping(
        {"operations": [{"op": "delete", "path": "a"}, {"op": "delete", "path": "messages.7"}]}
    )

    assert shape_body(shaping, Facts(), body)[0] == b'{"messages":[ 1e2 ],"b":{"c":2.50 }}'


def test_a_value_that_is_set_twice_is_not_one_and_the_same() -> None:
    both = {"op": "set", "path": "*.x", "value": []}
    one = {"op": "append", "path": "a.x", "value": 1}

    assert shaped({"a": {}, "b": {}}, both, one) == {"a": {"x": [1]}, "b": {"x": []}}
    assert shaped({"a": {}, "b": {}}, both) == {"a": {"x": []}, "b": {"x": []}}


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ({"op": "replace", "path": "a", "find": "x", "with": "y" * 10_000}, {"a": "x" * 200}),
        ({"op": "replace", "path": "a", "find": "/x/", "with": "y" * 10_000}, {"a": "x" * 200}),
        ({"op": "set", "path": "a.*", "value": "y" * 10_000}, {"a": [0] * 200}),
        ({"op": "append", "path": "a.*", "value": "y" * 10_000}, {"a": ["x"] * 200}),
    ],
    ids=["replace", "expression", "set", "append"],
)
def test_no_operation_makes_a_body_larger_without_end(operation: dict[str, Any], body: Any) -> None:
    text = json.dumps(body).encode()

    after, (applied,) = shape_body(read_shaping({"operations": [operation]}), Facts(), text)

    assert (after, applied.did, applied.places) == (text, "grew too large", 0)


def test_a_body_that_would_be_nested_too_deeply_goes_up_as_it_came() -> None:
    """How deep that is depends on who asks; a little deeper it cannot even be read."""
    deeper = read_shaping({"operations": [{"op": "move", "path": "a.0", "to": ".".join("bcdefghijklmnop")}]})
    did: set[str] = set()
    for depth in range(300, 1_100):
        body = b'{"a":%b%b}' % (b"[" * depth, b"]" * depth)
        after, applied = shape_body(deeper, Facts(), body)
        did.update(one.did for one in applied)
        assert (after == body) is (Applied("operations[0]", "moved", "a.0") not in applied)

    assert did == {"moved", "nested too deeply"}


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"a"', b"\xff"], ids=repr)
def test_what_is_no_object_goes_up_as_it_is(body: bytes) -> None:
    shaping = read_shaping({"operations": [{"op": "set", "path": "a", "value": 1}]})

    assert shape_body(shaping, Facts(), body) == (body, [])


@pytest.mark.parametrize(
    "member",
    [b'"\xff"', b"1e999", b"[" * 600 + b"]" * 600],
    ids=["bytes", "huge", "deep"],
)
def test_a_member_that_cannot_be_read_is_passed_by(member: bytes) -> None:
    body = b'{"a":[%b],"b":1}' % member
    inside = {"op": "set", "path": "a.0.x", "value": 1}
    beside = {"op": "set", "path": "b", "value": 2}

    after, applied = shape_body(read_shaping({"operations": [inside, beside]}), Facts(), body)

    assert after == b'{"a":[%b],"b":2}' % member
    assert [one.part for one in applied] == ["operations[1]"]
