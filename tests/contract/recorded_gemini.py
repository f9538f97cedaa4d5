"""What recordings of Gemini say; see `recorded_answers.py`."""

import re
from typing import Any

from tests.contract.recorded_answers import Found, Json, counts

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def gemini(told: list[Json]) -> Found:
    """Read contents, of which calls may come in pieces, too."""
    found, finish = Found(), "stop"
    usage: Json = {}
    for value in told:
        usage = value.get("usageMetadata") or usage
        for candidate in value["candidates"]:
            for part in candidate.get("content", {}).get("parts", ()):
                _part(found, part)
            finish = candidate.get("finishReason") or finish
    found.ended({"MAX_TOKENS": "length", "SAFETY": "content_filter"}.get(finish, "stop"))
    thought = usage.get("thoughtsTokenCount", 0)
    prompt = usage.get("promptTokenCount", 0)
    said = usage.get("candidatesTokenCount", max(0, usage.get("totalTokenCount", 0) - prompt - thought))
    read = usage.get("cachedContentTokenCount", 0)
    found.usage = counts(input=prompt, output=said + thought, reasoning=thought, cache_read=read)
    return found


def _part(found: Found, part: Json) -> None:
    if "functionCall" in part:
        _call(found, part["functionCall"])
    elif part.get("thought"):
        found.thoughts += part["text"]
    elif "text" in part:
        found.text += part["text"]
    else:
        found.own += [name for name in part if name != "thoughtSignature"]


def _call(found: Found, call: Json) -> None:
    if "name" in call:
        found.calls.append((call["name"], call.get("args", {})))
    for piece in call.get("partialArgs", ()):
        steps = [int(index) if index else name for name, index in _STEP.findall(piece["jsonPath"])]
        value = next(piece[name] for name in piece if name.endswith("Value"))
        _put(found.calls[-1][1], steps, value)


def _put(into: Any, steps: list[Any], value: Any) -> None:
    """Put a value at its place; a text goes on where one is."""
    here, *rest = steps
    known = here in (into if isinstance(into, dict) else range(len(into)))
    if rest:
        fresh: Any = [] if isinstance(rest[0], int) else {}
        if not known:
            into.append(fresh) if isinstance(into, list) else into.update({here: fresh})
        _put(into[here], rest, value)
    elif isinstance(into, list):
        into[here:] = [into[here] + value if known else value]
    else:
        into[here] = into[here] + value if known and isinstance(value, str) else value
