import json
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, Kind
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.dry_run import Draft, dry_run
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.shape import shape_body

BODY = {"messages": [], "service_tier": "flex", "store": True, "metadata": {"a": 1, "b": 2}}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"drop": ["service_tier", "store"]}, {"messages": [], "metadata": {"a": 1, "b": 2}}),
        ({"drop": ["metadata.a"]}, BODY | {"metadata": {"b": 2}}),
        ({"drop": ["speed", "metadata.c"]}, BODY),
        ({"only": ["messages", "store", "model"]}, {"messages": [], "store": True}),
    ],
    ids=["drop", "inside", "none", "only"],
)
def test_fields_are_filtered(fields: dict[str, Any], left: Any) -> None:
    after, _ = shape_body(read_shaping({"fields": fields}), Facts(), json.dumps(BODY).encode())

    assert json.loads(after) == left


@pytest.mark.parametrize("fields", [{"drop": ["input"]}, {"only": ["model"]}], ids=["drop", "only"])
def test_fields_of_what_is_no_conversation_stay(fields: dict[str, Any]) -> None:
    body = b'{"input":"hi"}'

    assert shape_body(read_shaping({"fields": fields}), Facts(kind=Kind.EMBEDDINGS), body) == (body, [])


def test_it_goes_from_instructions_over_fields_to_operations_and_tells_what_was_done() -> None:
    shaping = read_shaping(
        {
            "operations": [
                {"op": "set", "path": "system", "value": "x", "keep": True},
                {"op": "delete", "path": "seed"},
                {"op": "set", "path": "metadata.*", "value": 0},
            ],
            "fields": {"drop": ["system", "store"]},
            "system": {"text": "be kind"},
        }
    )

    after, applied = shape_body(shaping, Facts(dialect=ANTHROPIC), json.dumps(BODY).encode())

    assert json.loads(after) == {
        "messages": [],
        "service_tier": "flex",
        "metadata": {"a": 0, "b": 0},
        "system": "x",
    }
    assert applied == [
        Applied("system", "prepended", "system"),
        Applied("fields.drop[0]", "deleted", "system"),
        Applied("fields.drop[1]", "deleted", "store"),
        Applied("operations[0]", "set", "system"),
        Applied("operations[2]", "set", "metadata.*", 2),
    ]


def test_a_dry_run_shows_a_request_before_and_after() -> None:
    shaping = read_shaping(
        {
            "headers": {"x-a": "{model}"},
            "operations": [{"op": "set", "path": "n", "value": 1}],
        }
    )

    shown = dry_run(shaping, Facts(model="gpt"), [(b"accept", b"*/*")], b"{}")

    assert shown.before == Draft([(b"accept", b"*/*")], b"{}")
    assert shown.after == Draft([(b"accept", b"*/*"), (b"x-a", b"gpt")], b'{"n":1}')
    assert shown.applied == (Applied("headers", "set", "x-a"), Applied("operations[0]", "set", "n"))


@pytest.mark.parametrize(
    ("applied", "line"),
    [
        (Applied("headers", "set", "x-title"), "headers: x-title set"),
        (
            Applied("operations[2]", "deleted", "tools.*.strict", 3),
            "operations[2]: tools.*.strict deleted at 3 places",
        ),
        (Applied("operations[0]", "took too long", "a", 0), "operations[0]: a took too long"),
        (Applied("statuses", "taken for 429", "400"), "statuses: 400 taken for 429"),
    ],
    ids=str,
)
def test_a_trace_has_a_line_for_what_was_done(applied: Applied, line: str) -> None:
    assert str(applied) == line
