"""What recordings of Bedrock's Converse say; see `recorded_answers.py`."""

import json
from collections.abc import Iterator

from tests.contract.recorded_answers import Found, Json, counts

_REASONS = {"max_tokens": "length", "guardrail_intervened": "content_filter"}


def converse(told: list[Json]) -> Found:
    """Read whole answers, and streams event by event."""
    found, reason = Found(), ""
    for value in told:
        end = value.get("messageStop", value)
        reason = end.get("stopReason") or reason
        usage = value.get("metadata", value).get("usage")
        if usage:
            found.usage = _usage(usage)
    for block in _blocks(told):
        found.text += block.get("text", "")
        if "toolUse" in block:
            found.calls.append((block["toolUse"]["name"], block["toolUse"]["input"]))
        if "reasoningContent" in block:
            found.thoughts += block["reasoningContent"]["reasoningText"]["text"]
    found.ended(_REASONS.get(reason, "stop"))
    return found


def _blocks(told: list[Json]) -> Iterator[Json]:
    yield from told[0].get("output", {}).get("message", {}).get("content", ())
    written: dict[str, list[str]] = {}
    for event in told:
        if "contentBlockStart" in event:
            called = event["contentBlockStart"]["start"]["toolUse"]
            written[called["toolUseId"]] = [called["name"]]
        delta = event.get("contentBlockDelta", {}).get("delta", {})
        if "text" in delta:
            yield delta
        if "toolUse" in delta:
            list(written.values())[-1].append(delta["toolUse"]["input"])
    for name, *pieces in written.values():
        yield {"toolUse": {"name": name, "input": json.loads("".join(pieces) or "{}")}}


def _usage(usage: Json) -> dict[str, int]:
    read, made = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
    return counts(
        input=usage["inputTokens"] + read + made,
        output=usage["outputTokens"],
        cache_read=read,
        cache_written=made,
    )
