"""What nobody reads of a member that is read: kept in its dialect, named in others."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.nested import put_back
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.registry import CLIENTS, FACES, PROVIDERS, UPSTREAMS, endpoint_at

MESSAGES = {"max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
CONTENTS = {"contents": [{"parts": [{"text": "hi"}]}]}

CASES = [
    ("anthropic", "messages", {**MESSAGES, "output_config": {"task_budget": {"total": 9}}}),
    ("openai_responses", "responses", {"input": "hi", "reasoning": {"context": "all_turns"}}),
    ("openai_responses", "responses", {"input": "hi", "text": {"of_tomorrow": 1}}),
    ("gemini", "models/{model}:generateContent", {**CONTENTS, "generationConfig": {"imageConfig": {"a": 1}}}),
]
NAMES = ["output_config.task_budget", "reasoning.context", "text.of_tomorrow", "generationConfig.imageConfig"]


def retold(dialect: str, path: str, members: dict[str, Any], upstream: str) -> Outgoing:
    endpoint = endpoint_at(path)
    assert endpoint is not None
    body = json.dumps({"model": "m", **members}).encode()
    envelope = FACES[dialect].envelope_at(endpoint, body, "m", stream=False)
    request, _ = CLIENTS[dialect].read_request(envelope)
    return UPSTREAMS[upstream].write_request(request, Target(PROVIDERS["demo"], "m"))


@pytest.mark.parametrize(("case", "name"), list(zip(CASES, NAMES, strict=True)), ids=NAMES)
class TestUnread:
    def test_its_own_dialect_keeps_it(self, case: tuple[str, str, dict[str, Any]], name: str) -> None:
        """Where a request has to be read although nobody's dialect changes."""
        dialect, path, members = case
        outer, _, inner = name.partition(".")
        sent = json.loads(retold(dialect, path, members, dialect).body)

        assert sent[outer][inner] == members[outer][inner]

    def test_another_one_names_it(self, case: tuple[str, str, dict[str, Any]], name: str) -> None:
        """As every parameter that is left out."""
        out = retold(*case, "openai_chat")

        assert out.plan.dropped == [name]
        assert name.encode() not in out.body


def test_what_was_written_goes_first() -> None:
    """And a dot in a name that nobody knows means nothing."""
    extra: dict[str, Any] = {"text.a": 1, "text.b": 2, "odd.name": 3}

    assert put_back({"text": {"a": 0}}, extra) == {"text": {"a": 0, "b": 2}, "odd.name": 3}
