import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.request import Format, ToolChoice
from tests.unit.adapters.dialects.cohere.translate.samples import SCHEMA, WEATHER, outgoing, request, written

_WANTED = Format("json_schema", SCHEMA, "answer")


class TestNative:
    def test_a_schema(self) -> None:
        """Cohere holds the model to it."""
        body = written(request(format=_WANTED))

        assert body["response_format"] == {"type": "json_object", "json_schema": SCHEMA}
        assert len(body["messages"]) == 1

    @pytest.mark.parametrize(
        "schema",
        [
            pytest.param({"type": "array", "items": SCHEMA}, id="no object"),
            pytest.param({"type": "object", "properties": {"a": {"type": "string"}}}, id="nothing required"),
            pytest.param(
                {**SCHEMA, "properties": {"city": {"anyOf": [{"type": "object"}]}}},
                id="nothing required inside",
            ),
        ],
    )
    def test_a_schema_that_cohere_refuses(self, schema: Any) -> None:
        """The model is told in words."""
        body = written(request(format=Format("json_schema", schema)))

        assert body["response_format"] == {"type": "json_object"}
        assert json.dumps(schema, separators=(",", ":")) in body["messages"][0]["content"]

    def test_any_object(self) -> None:
        """Without words the model may never end."""
        body = written(request(format=Format("json_object")))

        assert body["response_format"] == {"type": "json_object"}
        assert "JSON" in body["messages"][0]["content"]


class TestBesideTools:
    def test_the_answer_is_a_call(self) -> None:
        """Cohere refuses a format beside tools; the model calls one of them, or answers."""
        sent = outgoing(request(format=_WANTED, tools=(WEATHER,)))
        body = json.loads(sent.body)
        names = [tool["function"]["name"] for tool in body["tools"]]

        assert (names, body["tool_choice"]) == (["get_weather", "respond"], "REQUIRED")
        assert body["tools"][1]["function"]["parameters"] == SCHEMA
        assert (sent.plan.schema_tool, "response_format" in body) == ("respond", False)

    def test_its_name_is_nobody_elses(self) -> None:
        """A client's tool keeps its own."""
        taken = msgspec.structs.replace(WEATHER, name="respond")

        assert outgoing(request(format=_WANTED, tools=(taken,))).plan.schema_tool == "respond_2"

    def test_a_forced_call_needs_no_format(self) -> None:
        """It has its own schema."""
        sent = outgoing(request(format=_WANTED, tools=(WEATHER,), tool_choice=ToolChoice("required")))
        body = json.loads(sent.body)

        assert (len(body["tools"]), sent.plan.schema_tool) == (1, "")
        assert len(body["messages"]) == 1

    def test_where_no_call_may_be_made_words_say_it(self) -> None:
        """And the tools stay."""
        body = written(request(format=_WANTED, tools=(WEATHER,), tool_choice=ToolChoice("none")))

        assert body["tool_choice"] == "NONE"
        assert "JSON Schema" in body["messages"][0]["content"]

    def test_beside_documents_words_say_it(self) -> None:
        """Cohere refuses the two together."""
        extra = {"documents": msgspec.Raw(b'["a"]')}
        body = written(request(format=_WANTED, extra=extra))

        assert "response_format" not in body
        assert "JSON Schema" in body["messages"][0]["content"]
