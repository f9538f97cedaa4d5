"""What an operator may say, and how what makes no sense is named."""

import math
from typing import Any

import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.shaping.check import check_shaping, read_shaping
from oblivious.channels.shaping.shaping import Shaping, shaping_json
from oblivious.contracts.changes import ChangeRefused

EVERYTHING: dict[str, Any] = {
    "headers": {"X-Title": "{model} {header:x-team} {{}}", "user-agent": ""},
    "pass_headers": ["x-team", "x-trace-*"],
    "organisation": "org-1",
    "project": "proj_1",
    "operations": [
        {"op": "set", "path": "a.*.b", "value": {"deep": [1, 2.5, None, True]}, "keep": True},
        {"op": "set", "path": "none", "value": None},
        {"op": "delete", "path": r"a\.b.-1"},
        {"op": "move", "path": "a", "to": "b", "keep": True},
        {"op": "append", "path": "a", "value": "x"},
        {"op": "prepend", "path": "a", "value": []},
        {
            "op": "replace",
            "path": "messages.*.content",
            "find": "/(a)b/",
            "with": r"\1",
            "when": [
                {"path": "n", "is": None, "is_not": 2, "in": [1, "a"], "greater": 1, "less": 2.5},
                {"fact": "header:x-team", "matches": "^r", "exists": True},
            ],
        },
    ],
    "system": {"text": "be kind", "mode": "override"},
    "fields": {"drop": ["a.b", "c"]},
    "statuses": {"400": 429, "302": 503},
    "timeouts": {"connect_ms": 1, "first_byte_ms": 2, "idle_ms": 3, "total_ms": 3_600_000},
    "dialect": "openai_chat",
}


def one(**operation: Any) -> dict[str, Any]:
    return {"operations": [{"op": "delete", "path": "a"}, operation]}


def when(**condition: Any) -> dict[str, Any]:
    return one(op="delete", path="a", when=[condition])


REFUSED: dict[str, tuple[Any, str]] = {
    "no object": ([], "shaping"),
    "a text": ("x", "shaping"),
    "unknown member": ({"header": {}}, "shaping.header"),
    "a name that is no text": ({"headers": {1: "a"}}, "shaping.headers"),
    "no JSON": (one(op="set", path="a", value={"b": [{1}]}), "shaping.operations[1].value.b[0]"),
    "no finite number": (one(op="set", path="a", value=math.nan), "shaping.operations[1].value"),
    "half a character": (one(op="set", path="a", value="\ud800"), "shaping.operations[1].value"),
    "a header with a number": ({"headers": {"x-a": 1}}, "shaping.headers.x-a"),
    "a header's name": ({"headers": {"x a": "1"}}, "shaping.headers.x a"),
    "an empty header's name": ({"headers": {"": "1"}}, "shaping.headers."),
    "a header twice": ({"headers": {"x-a": "1", "X-A": "2"}}, "shaping.headers.X-A"),
    "a header with lines": ({"headers": {"x-a": "1\r\nb: 2"}}, "shaping.headers.x-a"),
    "a header with no placeholder": ({"headers": {"x-a": "{secret}"}}, "shaping.headers.x-a"),
    "a header that shows a key": ({"headers": {"x-a": "{header:x-api-key}"}}, "shaping.headers.x-a"),
    "a long header": ({"headers": {"x-a": "x" * 4_097}}, "shaping.headers.x-a"),
    "many headers": ({"headers": {f"x-{n}": "" for n in range(101)}}, "shaping.headers"),
    "a secret passed": ({"pass_headers": ["x-a", "Cookie"]}, "shaping.pass_headers[1]"),
    "everything passed": ({"pass_headers": ["*"]}, "shaping.pass_headers[0]"),
    "almost everything passed": ({"pass_headers": ["x*"]}, "shaping.pass_headers[0]"),
    "a star inside": ({"pass_headers": ["x-*-a"]}, "shaping.pass_headers[0]"),
    "our own passed": ({"pass_headers": ["x-oblivious-*"]}, "shaping.pass_headers[0]"),
    "an organisation with a line": ({"organisation": "a\nb"}, "shaping.organisation"),
    "a project with a blank": ({"project": "a b"}, "shaping.project"),
    "no list of operations": ({"operations": {}}, "shaping.operations"),
    "many operations": ({"operations": [{"op": "delete", "path": "a"}] * 101}, "shaping.operations"),
    "no operation": ({"operations": [1]}, "shaping.operations[0]"),
    "an operation without a name": (one(path="a"), "shaping.operations[1].op"),
    "an unknown operation": (one(op="copy", path="a"), "shaping.operations[1].op"),
    "an operation without a path": (one(op="delete"), "shaping.operations[1].path"),
    "an empty path": (one(op="delete", path=""), "shaping.operations[1].path"),
    "a broken path": (one(op="delete", path="a..b"), "shaping.operations[1].path"),
    "an unknown member of an operation": (one(op="delete", path="a", force=1), "shaping.operations[1].force"),
    "set without a value": (one(op="set", path="a"), "shaping.operations[1].value"),
    "set with a target": (one(op="set", path="a", value=1, to="b"), "shaping.operations[1].to"),
    "delete with a value": (one(op="delete", path="a", value=None), "shaping.operations[1].value"),
    "append that keeps": (one(op="append", path="a", value=1, keep=True), "shaping.operations[1].keep"),
    "move to nowhere": (one(op="move", path="a"), "shaping.operations[1].to"),
    "move to a broken path": (one(op="move", path="a", to="."), "shaping.operations[1].to"),
    "move many": (one(op="move", path="a.*", to="b"), "shaping.operations[1].path"),
    "move to many": (one(op="move", path="a", to="b.*"), "shaping.operations[1].to"),
    "move into itself": (one(op="move", path="a", to="a.b"), "shaping.operations[1].to"),
    "replace nothing": (one(op="replace", path="a", find="", **{"with": ""}), "shaping.operations[1].find"),
    "replace with nothing": (one(op="replace", path="a", find="a"), "shaping.operations[1].with"),
    "a broken expression": (
        one(op="replace", path="a", find="/(/", **{"with": ""}),
        "shaping.operations[1].find",
    ),
    "a long expression": (
        one(op="replace", path="a", find=f"/{'a' * 501}/", **{"with": ""}),
        "shaping.operations[1].find",
    ),
    "a group that is not there": (
        one(op="replace", path="a", find="/(a)/", **{"with": r"\2"}),
        "shaping.operations[1].with",
    ),
    "a condition of nothing": (when(**{"is": 1}), "shaping.operations[1].when[0]"),
    "a condition of two things": (
        when(path="a", fact="model", exists=True),
        "shaping.operations[1].when[0]",
    ),
    "a condition without a test": (when(path="a"), "shaping.operations[1].when[0]"),
    "an unknown test": (when(path="a", equals=1), "shaping.operations[1].when[0].equals"),
    "a condition with a broken path": (when(path=".", exists=True), "shaping.operations[1].when[0].path"),
    "an unknown fact": (when(fact="key", exists=True), "shaping.operations[1].when[0].fact"),
    "a secret header": (when(fact="header:Cookie", exists=True), "shaping.operations[1].when[0].fact"),
    "a condition with a broken expression": (
        when(path="a", matches="["),
        "shaping.operations[1].when[0].matches",
    ),
    "greater than a text": (when(path="a", greater="1"), "shaping.operations[1].when[0].greater"),
    "instructions without a text": ({"system": {"mode": "add"}}, "shaping.system.text"),
    "instructions of blanks": ({"system": {"text": " \n"}}, "shaping.system.text"),
    "instructions with a brace": ({"system": {"text": "{"}}, "shaping.system.text"),
    "an unknown mode": ({"system": {"text": "a", "mode": "replace"}}, "shaping.system.mode"),
    "no fields": ({"fields": {}}, "shaping.fields"),
    "two kinds of fields": ({"fields": {"drop": ["a"], "only": ["b"]}}, "shaping.fields"),
    "a field's path": ({"fields": {"drop": ["a", "a."]}}, "shaping.fields.drop[1]"),
    "a status that is none": ({"statuses": {"4xx": 429}}, "shaping.statuses.4xx"),
    "a status of success": ({"statuses": {"200": 429}}, "shaping.statuses.200"),
    "a status made a success": ({"statuses": {"400": 200}}, "shaping.statuses.400"),
    "a status made a text": ({"statuses": {"400": "429"}}, "shaping.statuses.400"),
    "a deadline of zero": ({"timeouts": {"idle_ms": 0}}, "shaping.timeouts.idle_ms"),
    "a deadline of days": ({"timeouts": {"total_ms": 10**9}}, "shaping.timeouts.total_ms"),
    "a deadline of a fraction": ({"timeouts": {"connect_ms": 1.5}}, "shaping.timeouts.connect_ms"),
    "a dialect that nobody speaks": ({"dialect": "latin"}, "shaping.dialect"),
    "a dialect that the provider does not": ({"dialect": "gemini"}, "shaping.dialect"),
}

NEVER = [
    "Authorization",
    "Proxy-Authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "Host",
    "Content-Length",
    "Content-Type",
    "Transfer-Encoding",
    "Connection",
    "Cookie",
    "x-request-id",
    "x-amz-date",
    "x-oblivious-channel",
]


@pytest.mark.parametrize(("given", "field"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(given: Any, field: str) -> None:
    with pytest.raises(ChangeRefused) as refused:
        check_shaping(given, PROVIDERS["openai"])

    assert refused.value.field == field
    assert refused.value.message


@pytest.mark.parametrize("name", NEVER)
def test_some_headers_are_not_an_operators_to_set(name: str) -> None:
    with pytest.raises(ChangeRefused, match="only we write"):
        read_shaping({"headers": {name: "x"}})
    with pytest.raises(ChangeRefused, match="only we write"):
        read_shaping({"pass_headers": [name]})


def test_everything_that_can_be_said_is_stored_as_it_was_said() -> None:
    assert shaping_json(check_shaping(EVERYTHING, PROVIDERS["openai"])) == EVERYTHING


def test_the_example_above_says_everything() -> None:
    assert EVERYTHING.keys() == set(Shaping.__struct_fields__)


def test_defaults_are_not_stored() -> None:
    assert shaping_json(read_shaping({"headers": {}, "operations": [], "dialect": ""})) == {}
