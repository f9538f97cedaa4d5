"""What recordings of Anthropic say; see `recorded_answers.py`."""

import json
from collections.abc import Iterator

from tests.contract.recorded_answers import Found, Json, counts


def messages(told: list[Json]) -> Found:
    """Read Anthropic's Messages."""
    found = Found()
    message = told[0].get("message", told[0])
    usage: Json = dict(message["usage"])
    reason = message.get("stop_reason")
    for event in told[1:]:
        usage |= {name: count for name, count in event.get("usage", {}).items() if count is not None}
        reason = event.get("delta", {}).get("stop_reason") or reason
    for block in _blocks(message["content"], told[1:]):
        _block(found, block)
    found.ended(
        {"max_tokens": "length", "refusal": "content_filter", "pause_turn": "pause"}.get(reason, "stop")
    )
    found.usage = _messages_usage(usage)
    return found


def _block(found: Found, block: Json) -> None:
    kind = block["type"]
    if kind == "tool_use":
        found.calls.append((block["name"], block["input"]))
    elif kind == "text":
        found.text += block["text"]
        found.cite(*(each.get("url", "") for each in block.get("citations") or ()))
    elif kind == "thinking":
        found.thoughts += block["thinking"]
    else:
        found.own.append(kind)


def _blocks(given: list[Json], events: list[Json]) -> Iterator[Json]:
    """Yield blocks that came whole, and those that a stream told in pieces."""
    yield from given
    started = {event["index"]: event["content_block"] for event in events if "content_block" in event}
    for index, block in started.items():
        deltas = [event["delta"] for event in events if event.get("index") == index and "delta" in event]
        written = "".join(delta.get("partial_json", "") for delta in deltas)
        grown = {name: "".join(delta.get(name, "") for delta in deltas) for name in ("text", "thinking")}
        yield {
            **block,
            **{
                name: block[name] + words for name, words in grown.items() if isinstance(block.get(name), str)
            },
            **({"input": json.loads(written)} if written else {}),
        }


def _messages_usage(usage: Json) -> dict[str, int]:
    read, made = usage.get("cache_read_input_tokens", 0), usage.get("cache_creation_input_tokens", 0)
    return counts(
        input=usage["input_tokens"] + read + made,
        output=usage["output_tokens"],
        cache_read=read,
        cache_written=made,
        reasoning=(usage.get("output_tokens_details") or {}).get("thinking_tokens", 0),
        searches=(usage.get("server_tool_use") or {}).get("web_search_requests", 0),
    )
