"""Whatever operators say and clients send: shaping raises nothing, and does nothing where nothing fits."""

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.shape import shape_body
from oblivious.channels.shaping.shaping import Shaping, shaping_json
from oblivious.channels.shaping.system import SYSTEMS
from oblivious.contracts.changes import ChangeRefused

NAMES = ("messages", "content", "role", "text", "system", "parts", "tools", "a", "b.c", "*", "0")
PIECES = (*(name.replace(".", r"\.").replace("*", r"\*") for name in NAMES), "*", "-1", "1")
OPS = ("set", "delete", "move", "append", "prepend", "replace")

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(-9, 9)
    | st.sampled_from(["", "x", "xyx", "system", "user", "/x/"])
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)
pieces = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)
paths = pieces.map(".".join)
texts = st.sampled_from(["x", "/x/", "/(x)|y/", r"\1", "z", ""])
conditions = st.fixed_dictionaries(
    {},
    optional={
        "path": paths,
        "fact": st.sampled_from(["model", "stream", "kind", "header:x-a"]),
        "is": values,
        "is_not": values,
        "in": st.lists(values, max_size=2),
        "matches": texts,
        "exists": st.booleans(),
        "greater": st.integers(-3, 3),
        "less": st.integers(-3, 3),
    },
)
operations = st.fixed_dictionaries(
    {"op": st.sampled_from(OPS), "path": paths},
    optional={
        "value": values,
        "to": paths,
        "find": texts,
        "with": texts,
        "keep": st.booleans(),
        "when": st.lists(conditions, max_size=2),
    },
)
shapings = st.fixed_dictionaries(
    {"operations": st.lists(operations, max_size=4)},
    optional={
        "system": st.fixed_dictionaries(
            {"text": st.sampled_from(["be {group}", "{header:x-a}"])},
            optional={"mode": st.sampled_from(["add", "append", "override"])},
        ),
        "fields": st.one_of(
            st.fixed_dictionaries({"drop": st.lists(paths, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"only": st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)}),
        ),
    },
)
facts = st.builds(
    Facts,
    dialect=st.sampled_from(sorted(SYSTEMS)),
    kind=st.none() | st.sampled_from(list(Kind)),
    stream=st.booleans(),
    group=st.sampled_from(["", "kind"]),
    headers=st.sampled_from([{}, {b"x-a": b"\xff"}]),
)


def usable(said: dict[str, Any]) -> Shaping:
    """Return what is said without the operations that would be refused."""
    kept: list[Any] = []
    for operation in said["operations"]:
        try:
            read_shaping({"operations": [operation]})
        except ChangeRefused:
            continue
        kept.append(operation)
    return read_shaping(said | {"operations": kept})


@settings(max_examples=200, deadline=None)
@given(said=values | shapings)
def test_whatever_is_said_it_is_read_or_refused(said: Any) -> None:
    """And what was read is stored as something that reads the same."""
    try:
        shaping = read_shaping(said)
    except ChangeRefused:
        return
    assert read_shaping(shaping_json(shaping)) == shaping
    assert shaping_json(read_shaping(shaping_json(shaping))) == shaping_json(shaping)


@settings(max_examples=200, deadline=None)
@given(said=shapings, known=facts, body=bodies)
def test_whatever_comes_a_body_goes_up(said: dict[str, Any], known: Facts, body: Any) -> None:
    """An object, as it came where nothing was done to it."""
    text = json.dumps(body).encode()
    shaping = usable(said)
    stored = shaping_json(shaping)

    after, applied = shape_body(shaping, known, text)

    assert isinstance(json.loads(after), dict)
    assert after == text or applied
    assert shaping_json(shaping) == stored, "what one request does must not show in the next"


@settings(max_examples=200, deadline=None)
@given(garbage=st.binary(max_size=40), said=shapings, known=facts)
def test_garbage_goes_up_as_it_came(garbage: bytes, said: dict[str, Any], known: Facts) -> None:
    shaping = usable(said)

    after, applied = shape_body(shaping, known, garbage)

    assert after == garbage or applied


@settings(max_examples=200, deadline=None)
@given(body=bodies, pieces=pieces, value=values)
def test_what_is_set_in_an_empty_place_and_deleted_leaves_nothing(
    body: Any, pieces: list[str], value: Any
) -> None:
    """Where the object that holds it was there."""
    text, path, holder = json.dumps(body).encode(), ".".join(pieces), ".".join(pieces[:-1])
    delete = {"op": "delete", "path": path}
    assume(shape_body(read_shaping({"operations": [delete]}), Facts(), text) == (text, []))
    there = [{"path": holder, "exists": True}] if holder else []
    put = {"op": "set", "path": path, "value": value, "when": there}

    after, _ = shape_body(read_shaping({"operations": [put, delete]}), Facts(), text)

    assert json.loads(after) == body


@settings(max_examples=200, deadline=None)
@given(body=bodies, path=paths, value=values)
def test_what_is_set_is_there(body: Any, path: str, value: Any) -> None:
    """At all places that the path can name, and so said by the number of them."""
    text = json.dumps(body).encode()
    shaping = read_shaping({"operations": [{"op": "set", "path": path, "value": value}]})

    after, applied = shape_body(shaping, Facts(), text)
    test = {"op": "set", "path": "found", "value": 1, "when": [{"path": path, "is": value}]}
    found, _ = shape_body(read_shaping({"operations": [test]}), Facts(), after)

    assert ("found" in json.loads(found)) is bool(applied)


@settings(max_examples=200, deadline=None)
@given(body=bodies, path=st.sampled_from(NAMES), to=st.sampled_from(["fresh", "fresh.er"]))
def test_what_is_moved_can_be_moved_back(body: Any, path: str, to: str) -> None:
    escaped = path.replace(".", r"\.").replace("*", r"\*")
    there = {"op": "move", "path": escaped, "to": to}
    back = {"op": "move", "path": to, "to": escaped}
    last = {"op": "delete", "path": "fresh"}
    shaping = read_shaping({"operations": [there, back, last]})

    after, _ = shape_body(shaping, Facts(), json.dumps(body).encode())

    assert json.loads(after) == body
