"""What is wrong is said by the way to it."""

import msgspec
import pytest

from oblivious.gateway.routes.admin.problem import FieldFault, fault_of, faults_of, problem


class Limits(msgspec.Struct, forbid_unknown_fields=True):
    rpm: int = 0


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    models: list[str] = []
    mapping: dict[str, str] = {}
    limits: Limits = msgspec.field(default_factory=Limits)


class TestFaultOf:
    @pytest.mark.parametrize(
        ("body", "field", "word"),
        [
            pytest.param('{"name": 1}', "name", "expected `str`", id="a wrong type"),
            pytest.param(
                '{"name": "n", "models": ["a", "b", 3]}', "models[2]", "expected `str`", id="in a list"
            ),
            pytest.param(
                '{"name": "n", "limits": {"rpm": "x"}}', "limits.rpm", "expected `int`", id="deeper"
            ),
            pytest.param(
                '{"name": "n", "mapping": {"a": 1}}', "mapping[...]", "expected `str`", id="in a map"
            ),
            pytest.param('{"name": "n", "odd": 1}', "odd", "unknown field", id="unknown"),
            pytest.param(
                '{"name": "n", "limits": {"odd": 1}}', "limits.odd", "unknown field", id="unknown, deeper"
            ),
            pytest.param("{}", "name", "missing required field", id="missing"),
            pytest.param("[]", "", "expected `object`", id="the body as a whole"),
        ],
    )
    def test_the_field_is_a_path(self, body: str, field: str, word: str) -> None:
        """As people write it, from the top of the body."""
        with pytest.raises(msgspec.ValidationError) as caught:
            msgspec.json.decode(body, type=Wish)

        fault = fault_of(caught.value)
        assert fault.field == field
        assert word in fault.message


class TestFaultsOf:
    def test_every_parameter_is_named(self) -> None:
        """The framework's list becomes ours."""
        found = [{"key": "limit", "message": "too much", "source": "query"}]
        assert faults_of(found) == [FieldFault("limit", "too much")]

    def test_a_missing_body_is_called_so(self) -> None:
        """Not by the name that the framework has for it."""
        assert faults_of([{"key": "data", "message": "'data'"}]) == [FieldFault("", "the body is missing")]

    @pytest.mark.parametrize("found", [None, {}, "words", [1]], ids=str)
    def test_anything_else_is_nothing(self, found: object) -> None:
        """An error without such a list has only its sentence."""
        assert faults_of(found) == []


class TestProblem:
    def test_without_a_sentence_the_status_speaks(self) -> None:
        """So no problem is without words."""
        assert problem(404, "").detail == "Not Found"
