"""What recordings say, found by plain reading: it shares nothing with the code under test."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SHOWN = 40
"""Characters of a medium's data that are compared."""


@dataclass
class Found:
    """What an answer says.

    Attributes:
        calls: the name and the arguments of each; free text of a custom tool stands in a member `input`.
        cited: URLs, each once.
        pictures, sounds: the beginning of each one's data.
        spoken: the words of the sounds.
        own: kinds of what the provider did itself, or what only its dialect has.
        finish: why it ended; calls are named before all but `length` and `content_filter`.
        usage: as `contracts/usage.py` counts, zeros left out.
    """

    text: str = ""
    thoughts: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    sounds: list[str] = field(default_factory=list)
    spoken: str = ""
    own: list[str] = field(default_factory=list)
    finish: str = "stop"
    usage: dict[str, int] = field(default_factory=dict)

    def cite(self, *urls: str) -> None:
        """Add sources that have a URL."""
        self.cited += [url for url in dict.fromkeys(urls) if url and url not in self.cited]

    def ended(self, finish: str) -> None:
        """Say why it ended; calls count more than a plain stop."""
        self.finish = "tool_calls" if self.calls and finish == "stop" else finish


def counts(**found: int) -> dict[str, int]:
    """Return counts without zeros."""
    return {name: count for name, count in found.items() if count}


def chat(told: list[Json]) -> Found:
    """Read chat completions, of OpenAI and of those that speak like it."""
    found, finish = Found(), "stop"
    pieces: dict[Any, list[str]] = {}
    for value in told:
        found.cite(*value.get("citations", ()))
        usage = value.get("usage") or (value.get("x_groq") or {}).get("usage")
        found.usage = _chat_usage(usage) if usage else found.usage
        for choice in value["choices"]:
            message = choice.get("delta") or choice.get("message") or {}
            _chat_words(found, message)
            for call in message.get("tool_calls") or ():
                called = call["function"]
                key = call.get("index", call.get("id"))
                pieces.setdefault(key, [called.get("name") or ""]).append(called.get("arguments") or "")
            finish = choice.get("finish_reason") or finish
    found.calls = [(name, json.loads("".join(said) or "{}")) for name, *said in pieces.values()]
    found.ended(finish)
    return found


def _chat_words(found: Found, message: Json) -> None:
    for chunk in contents(message):
        found.text += chunk.get("text", "")
        found.thoughts += "".join(each["text"] for each in chunk.get("thinking", ()))
    found.text += message.get("refusal") or ""
    found.thoughts += message.get("reasoning_content") or message.get("reasoning") or ""
    if message.get("audio"):
        found.sounds.append(message["audio"]["data"][:SHOWN])
        found.spoken += message["audio"]["transcript"]
    found.cite(*(each["url_citation"]["url"] for each in message.get("annotations") or ()))


def contents(message: Json) -> list[Json]:
    """Return the contents of a message of chat, which may be a text alone."""
    content = message.get("content") or []
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _chat_usage(usage: Json) -> dict[str, int]:
    given = usage.get("prompt_tokens_details") or {}
    made = usage.get("completion_tokens_details") or {}
    prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    thought = made.get("reasoning_tokens", 0)
    beside = usage["total_tokens"] == prompt + completion + thought
    return counts(
        input=prompt,
        output=completion + (thought if beside else 0),
        reasoning=thought,
        cache_read=given.get("cached_tokens") or usage.get("prompt_cache_hit_tokens", 0),
        audio_in=given.get("audio_tokens", 0),
        audio_out=made.get("audio_tokens", 0),
    )


def responses(told: list[Json]) -> Found:
    """Read the Responses API; of a stream its complete items, but the words as they came."""
    found, last = Found(), told[-1].get("response", told[-1])
    done = [event for event in told if event.get("type") == "response.output_item.done"]
    for item in [event["item"] for event in done] or last["output"]:
        _READERS.get(item["type"], _own)(found, item)
    if done:
        # Whoever made the recordings left out some deltas.
        found.text = "".join(
            event["delta"] for event in told if event["type"] == "response.output_text.delta"
        )
    cut = (last.get("incomplete_details") or {}).get("reason", "")
    found.ended({"max_output_tokens": "length", "content_filter": "content_filter"}.get(cut, "stop"))
    usage = last.get("usage") or {}
    found.usage = counts(
        input=usage.get("input_tokens", 0),
        output=usage.get("output_tokens", 0),
        cache_read=usage.get("input_tokens_details", {}).get("cached_tokens", 0),
        reasoning=usage.get("output_tokens_details", {}).get("reasoning_tokens", 0),
        searches=found.own.count("web_search_call"),
    )
    return found


def _said(found: Found, item: Json) -> None:
    for content in item["content"]:
        found.text += content.get("text") or content.get("refusal") or ""
        found.cite(*(each.get("url", "") for each in content.get("annotations", ())))


def _thought(found: Found, item: Json) -> None:
    told = item.get("content") or item.get("summary") or []
    found.thoughts += "\n\n".join(each["text"] for each in told)


def _called(found: Found, item: Json) -> None:
    free = item["type"] == "custom_tool_call"
    space = item.get("namespace")
    name = f"{space}__{item['name']}" if space and space != item["name"] else item["name"]
    found.calls.append((name, {"input": item["input"]} if free else json.loads(item["arguments"])))


def _own(found: Found, item: Json) -> None:
    found.own.append(item["type"])
    if item["type"] == "image_generation_call":
        found.pictures.append(item["result"][:SHOWN])


_READERS: dict[str, Callable[[Found, Json], None]] = {
    "message": _said,
    "reasoning": _thought,
    "function_call": _called,
    "custom_tool_call": _called,
}
