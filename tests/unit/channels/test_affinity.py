import json
from typing import Any

import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.gemini.endpoints import ACTIONS
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.members import members_of
from oblivious.channels.affinity import CACHED_FROM_BYTES, Affinity, affinity_of

LONG = "x" * CACHED_FROM_BYTES
OWNER = (3, "gpt")


def known_by(
    endpoint: Endpoint = CHAT,
    owner: tuple[int, str] = OWNER,
    headers: dict[bytes, bytes] | None = None,
    **members: Any,
) -> Affinity | None:
    body = json.dumps({"model": "gpt", **members}).encode()
    return affinity_of(headers or {}, members_of(body), endpoint, len(body), owner)


def said(*words: str) -> list[dict[str, str]]:
    """Return a conversation of user and assistant in turns."""
    return [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(words)]


class TestSources:
    @pytest.mark.parametrize(
        ("headers", "members", "source"),
        [
            ({b"x-session-id": b"s"}, {}, "header"),
            ({b"x-oblivious-affinity": b"s"}, {"prompt_cache_key": "k"}, "header"),
            ({}, {"prompt_cache_key": "k"}, "cache_key"),
            ({}, {"metadata": {"user_id": "u"}}, "user"),
            ({}, {"messages": said(LONG)}, "prefix"),
        ],
        ids=["a session", "ours first", "a cache key", "a user", "its beginning"],
    )
    def test_what_says_that_requests_belong_together(
        self, headers: dict[bytes, bytes], members: dict[str, Any], source: str
    ) -> None:
        """The most exact one counts."""
        found = known_by(headers=headers, **members)

        assert found is not None
        assert found.source == source

    @pytest.mark.parametrize(
        "members",
        [
            {"messages": said("hi")},
            {"prompt_cache_key": ""},
            {"prompt_cache_key": 7},
            {"metadata": {"user_id": None}},
            {"metadata": "u"},
        ],
        ids=["too short for a cache", "an empty key", "no text", "nobody", "no object"],
    )
    def test_where_nothing_says_so_the_dice_decide(self, members: dict[str, Any]) -> None:
        """What is malformed is the upstream's to judge."""
        assert known_by(**members) is None


class TestPrefix:
    @pytest.mark.parametrize(
        ("endpoint", "member"),
        [
            (CHAT, "messages"),
            (MESSAGES, "messages"),
            (RESPONSES, "input"),
            (ACTIONS["generateContent"].endpoint, "contents"),
        ],
        ids=["chat", "messages", "responses", "gemini"],
    )
    def test_later_turns_stay_with_the_first(self, endpoint: Endpoint, member: str) -> None:
        """Their beginning is the same."""
        first: dict[str, Any] = {member: said(LONG)}
        later: dict[str, Any] = {member: said(LONG, "yes?", "go on")}

        assert known_by(endpoint, **first) == known_by(endpoint, **later) is not None

    def test_another_conversation_is_another(self) -> None:
        """By its user's first words."""
        assert known_by(messages=said(LONG)) != known_by(messages=said("y" + LONG))

    def test_instructions_that_change_do_not_part_it(self) -> None:
        """Claude Code writes a number for billing into each."""
        one = known_by(MESSAGES, system="x-anthropic-billing-header: 1", messages=said(LONG))
        other = known_by(MESSAGES, system="x-anthropic-billing-header: 2", messages=said(LONG, "a", "b"))

        assert one == other is not None

    def test_nobody_shares_with_others(self) -> None:
        """Neither accounts nor models."""
        assert known_by(messages=said(LONG)) != known_by(owner=(4, "gpt"), messages=said(LONG))
        assert known_by(messages=said(LONG)) != known_by(owner=(3, "o1"), messages=said(LONG))
