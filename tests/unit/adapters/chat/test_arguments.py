from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.arguments import as_object
from oblivious.adapters.chat.parts import ToolCall


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ("", {}),
        (" ", {}),
        ("null", {}),
        ("{}", {}),
        ('{"a": 1.0}', {"a": 1.0}),
        ("{\n}", {}),
        ("{", {"input": "{"}),
        ("[1]", {"input": "[1]"}),
        ('"a"', {"input": '"a"'}),
        ("2 * 3", {"input": "2 * 3"}),
    ],
)
def test_what_is_no_object_stands_in_one(arguments: str, written: dict[str, Any]) -> None:
    """A model wrote it so; the conversation goes on."""
    told = msgspec.json.encode(as_object(ToolCall(id="c", name="f", arguments=arguments)))

    assert msgspec.json.decode(told) == written


def test_free_text_is_never_taken_for_an_object() -> None:
    """Whatever it looks like."""
    assert as_object(ToolCall(id="c", name="f", arguments="{}", custom=True)) == {"input": "{}"}
