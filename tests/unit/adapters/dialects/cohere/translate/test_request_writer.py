import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import File, Source
from oblivious.adapters.chat.request import Format, Thinking, Turn
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.cohere.translate.samples import (
    HELLO,
    SILENT,
    THINKER,
    outgoing,
    request,
    written,
)


class TestWriteRequest:
    def test_a_plain_one(self) -> None:
        """Nothing is in it that nobody asked for."""
        sent = outgoing(request())

        assert sent.path == "chat"
        assert json.loads(sent.body) == {
            "model": THINKER,
            "messages": [{"role": "user", "content": "Hello"}],
            "stream": False,
        }
        assert sent.plan.dropped == []

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({"max_output_tokens": 5}, {"max_tokens": 5}),
            ({"stop": ("a", "b")}, {"stop_sequences": ["a", "b"]}),
            ({"stream": True}, {"stream": True}),
            ({"temperature": 0.7}, {"temperature": 0.7}),
            ({"temperature": 1.7}, {"temperature": 1}),
            ({"top_p": 1}, {"p": 0.99}),
            ({"top_p": 0.5, "top_k": 900}, {"p": 0.5, "k": 500}),
            ({"frequency_penalty": -1.5}, {"frequency_penalty": 0}),
            ({"presence_penalty": 0.5, "frequency_penalty": 0}, {"presence_penalty": 0.5}),
            ({"seed": 7}, {"seed": 7}),
            ({"logprobs": 0}, {"logprobs": True}),
        ],
        ids=str,
    )
    def test_what_it_can_say(self, members: dict[str, Any], expected: dict[str, Any]) -> None:
        """In Cohere's words, within Cohere's bounds."""
        sent = outgoing(request(**members))
        body = json.loads(sent.body)

        assert {name: body[name] for name in expected} == expected
        assert sent.plan.dropped == []

    @pytest.mark.parametrize(
        ("members", "left", "dropped"),
        [
            ({"stop": tuple("abcdef")}, {"stop_sequences": list("abcde")}, ["stop"]),
            (
                {"frequency_penalty": 0.5, "presence_penalty": 0.5},
                {"frequency_penalty": 0.5, "presence_penalty": None},
                ["presence_penalty"],
            ),
        ],
        ids=["stop sequences", "penalties"],
    )
    def test_what_is_too_much(
        self, members: dict[str, Any], left: dict[str, Any], dropped: list[str]
    ) -> None:
        """It is named."""
        sent = outgoing(request(**members))
        body = json.loads(sent.body)

        assert {name: body.get(name) for name in left} == left
        assert sent.plan.dropped == dropped

    @pytest.mark.parametrize(
        ("members", "field"), [({"logprobs": 2}, "logprobs"), ({"modalities": ("audio",)}, "modalities")]
    )
    def test_what_cannot_be_had(self, members: dict[str, Any], field: str) -> None:
        """It is refused by name."""
        with pytest.raises(InvalidRequest) as caught:
            outgoing(request(**members))

        assert caught.value.param == field

    def test_coheres_own_members_go_up(self) -> None:
        """Whoever knows that Cohere serves the model may use them."""
        extra = {
            "safety_mode": msgspec.Raw(b'"STRICT"'),
            "documents": msgspec.Raw(b'["a"]'),
            "odd": msgspec.Raw(b"1"),
        }
        sent = outgoing(request(extra=extra))
        body = json.loads(sent.body)

        assert (body["safety_mode"], body["documents"], body.get("odd")) == ("STRICT", ["a"], None)
        assert sent.plan.dropped == ["odd"]


class TestThinking:
    @pytest.mark.parametrize(
        ("wanted", "limit", "expected"),
        [
            (Thinking(effort="high"), None, {"type": "enabled"}),
            (Thinking(effort="low"), None, {"type": "enabled", "token_budget": 2048}),
            (Thinking(enabled=True, budget=500), None, {"type": "enabled", "token_budget": 500}),
            (Thinking(enabled=True, budget=-1), None, {"type": "enabled"}),
            (Thinking(enabled=True, budget=5000), 4000, {"type": "enabled", "token_budget": 2976}),
            (Thinking(enabled=True, budget=5000), 1000, {"type": "enabled", "token_budget": 500}),
            (Thinking(enabled=True, budget=5000), 1, {"type": "enabled", "token_budget": 1}),
            (Thinking(effort="none"), None, {"type": "disabled"}),
            (Thinking(enabled=False), None, {"type": "disabled"}),
            (Thinking(shown="auto"), None, None),
        ],
        ids=str,
    )
    def test_a_model_that_thinks(self, wanted: Thinking, limit: int | None, expected: Any) -> None:
        """A budget leaves room for words."""
        body = written(request(thinking=wanted, max_output_tokens=limit))

        assert body.get("thinking") == expected

    @pytest.mark.parametrize(
        ("wanted", "dropped"), [(Thinking(effort="high"), ["thinking"]), (Thinking(effort="none"), [])]
    )
    def test_a_model_that_does_not(self, wanted: Thinking, dropped: list[str]) -> None:
        """It would refuse the wish; that it should not think it does already."""
        sent = outgoing(request(thinking=wanted), SILENT)

        assert "thinking" not in json.loads(sent.body)
        assert sent.plan.dropped == dropped


class TestDocuments:
    FILE = File(source=Source(text="Say hello."), name="Manners", context="a book", cited=True)

    def test_those_that_are_cited_stand_apart(self) -> None:
        """So that the answer says what it took from them."""
        body = written(request(Turn("user", (self.FILE, *HELLO.parts))))

        assert body["messages"] == [{"role": "user", "content": "Hello"}]
        assert body["documents"] == [
            {"id": "document_0", "data": {"title": "Manners", "context": "a book", "text": "Say hello."}}
        ]

    def test_beside_a_format_they_are_text(self) -> None:
        """Cohere refuses the two together."""
        wanted = Format("json_object")
        body = written(request(Turn("user", (self.FILE, *HELLO.parts)), format=wanted))

        assert "documents" not in body
        assert body["messages"][-1]["content"][0]["text"] == "Manners\na book\nSay hello."

    def test_what_is_no_text_is_refused(self) -> None:
        """Cited or not."""
        pdf = File(source=Source(data="JVBERi0=", media_type="application/pdf"), name="a.pdf", cited=True)
        with pytest.raises(InvalidRequest, match=r"a\.pdf"):
            outgoing(request(Turn("user", (pdf,))))
