"""What recordings of Cohere say; see `recorded_answers.py`."""

import json

from tests.contract.recorded_answers import Found, Json, counts

_FINISH = {"MAX_TOKENS": "length"}


def cohere(told: list[Json]) -> Found:
    """Read Cohere's chat, of which what is billed counts."""
    found = Found()
    last = told[-1].get("delta", told[-1])
    if "message" in told[0]:
        _whole(found, told[0]["message"])
    else:
        _pieces(found, told)
    found.ended(_FINISH.get(last["finish_reason"], "stop"))
    billed, tokens = last["usage"]["billed_units"], last["usage"]["tokens"]
    added = tokens["input_tokens"] - billed["input_tokens"]
    found.usage = counts(
        input=billed["input_tokens"],
        output=billed["output_tokens"],
        cache_read=max(0, last["usage"]["cached_tokens"] - added),
    )
    return found


def _whole(found: Found, message: Json) -> None:
    for block in message["content"]:
        found.text += block.get("text", "")
        found.thoughts += block.get("thinking", "")
    for call in message.get("tool_calls", ()):
        found.calls.append((call["function"]["name"], json.loads(call["function"]["arguments"])))


def _pieces(found: Found, events: list[Json]) -> None:
    names: list[str] = []
    said: list[str] = []
    for event in events:
        message = event.get("delta", {}).get("message", {})
        if event["type"].startswith("content-"):
            found.text += message.get("content", {}).get("text", "")
            found.thoughts += message.get("content", {}).get("thinking", "")
        elif event["type"] == "tool-call-start":
            names.append(message["tool_calls"]["function"]["name"])
            said.append("")
        elif event["type"] == "tool-call-delta":
            said[-1] += message["tool_calls"]["function"]["arguments"]
    found.calls = [(name, json.loads(words or "{}")) for name, words in zip(names, said, strict=True)]
