from typing import Any

import pytest

from oblivious.adapters.dialects.gemini.translate.partial import PartialCall, TooLarge


def _whole(*arguments: dict[str, Any]) -> Any:
    call = PartialCall({"name": "f"})
    for argument in arguments:
        call.add({"partialArgs": [argument]})
    return call.whole()["args"]


class TestPartialCall:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ([{"jsonPath": "$.a", "stringValue": "x"}, {"jsonPath": "$.a", "stringValue": "y"}], {"a": "xy"}),
            ([{"jsonPath": "$.a.b", "boolValue": False}], {"a": {"b": False}}),
            (
                [{"jsonPath": "$.a[0]", "numberValue": 1}, {"jsonPath": "$.a[1]", "numberValue": 2}],
                {"a": [1, 2]},
            ),
            ([{"jsonPath": "$['odd name'][\"b\"]", "nullValue": None}], {"odd name": {"b": None}}),
            ([{"jsonPath": "$.a[7]", "numberValue": 1}], {"a": []}),
            ([{"jsonPath": "$", "stringValue": "x"}], {}),
            ([{"jsonPath": 7, "stringValue": "x"}, {"stringValue": "y"}], {}),
        ],
    )
    def test_values_find_their_places(self, arguments: list[dict[str, Any]], expected: Any) -> None:
        """Texts grow; what makes no sense leaves nothing behind."""
        assert _whole(*arguments) == expected

    def test_it_must_end(self) -> None:
        """Nothing grows without a limit."""
        call = PartialCall({"name": "f"})
        piece = {"partialArgs": [{"jsonPath": "$.a", "stringValue": "x" * (3 * 2**20)}]}
        call.add(piece)

        with pytest.raises(TooLarge):
            call.add(piece)
