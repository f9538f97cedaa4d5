import json
from typing import Any

import pytest

from oblivious.adapters.members import members_of
from oblivious.channels.abilities import Abilities, Wants, lack, read_abilities, wants_of
from oblivious.contracts.changes import ChangeRefused


def wants(**members: Any) -> Wants:
    body = json.dumps({"model": "m", **members}).encode()
    return wants_of(body, members_of(body), 100)


class TestWants:
    def test_a_plain_conversation_wants_nothing(self) -> None:
        """But room for itself."""
        assert wants(messages=[{"role": "user", "content": "hi"}]) == Wants(input_tokens=100)

    @pytest.mark.parametrize(
        ("tools", "wanted"), [([{"type": "function"}], True), ([], False), (None, False)], ids=str
    )
    def test_tools_are_wanted_where_there_are_any(self, *, tools: Any, wanted: bool) -> None:
        """An empty list asks for nothing."""
        assert wants(tools=tools).tools is wanted

    @pytest.mark.parametrize(
        "part",
        [
            {"type": "image_url", "image_url": {"url": "https://h/p.png"}},
            {"type": "input_image", "image_url": "https://h/p.png"},
            {"type": "image", "source": {"type": "base64", "data": "AA"}},
            {"inlineData": {"mimeType": "image/png", "data": "AA"}},
        ],
        ids=["chat", "responses", "messages", "gemini"],
    )
    def test_pictures_are_seen_in_every_dialect(self, part: dict[str, Any]) -> None:
        """By a glance, not by reading."""
        assert wants(messages=[{"role": "user", "content": [part]}]).vision


class TestLack:
    @pytest.mark.parametrize(
        ("abilities", "wanted", "lacks"),
        [
            (Abilities(), Wants(tools=True, vision=True, input_tokens=10**9), ""),
            (Abilities(tools=False), Wants(tools=True), "tools"),
            (Abilities(tools=False), Wants(), ""),
            (Abilities(vision=False), Wants(vision=True), "vision"),
            (Abilities(context_tokens=100), Wants(input_tokens=101), "context"),
            (Abilities(context_tokens=100), Wants(input_tokens=100), ""),
        ],
        ids=["unknown", "tools", "unwanted", "vision", "too long", "just fits"],
    )
    def test_what_is_wanted_and_not_there_is_named(
        self, abilities: Abilities, wanted: Wants, lacks: str
    ) -> None:
        """What nobody has spoken of is tried."""
        assert lack(abilities, wanted) == lacks


class TestRead:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"tools": 1}, "abilities.tools"),
            ({"ears": True}, "abilities.ears"),
            ([], "abilities"),
        ],
        ids=str,
    )
    def test_the_member_that_is_wrong_is_named(self, given: Any, field: str) -> None:
        """As everywhere in a write."""
        with pytest.raises(ChangeRefused) as caught:
            read_abilities(given)

        assert caught.value.field == field
