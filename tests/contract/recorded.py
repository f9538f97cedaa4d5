"""Recordings of real providers, each as the answer, the stream or the request that it was."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Json = dict[str, Any]

FOLDER = Path(__file__).parents[3] / "shared" / "cassettes"

WAITING = {
    "google/interactions/": "no face speaks Google's Interactions yet",
}
"""By folder: recordings that are not read here, and why."""

_NO_CHAT = (
    "amazon-bedrock/reranking/",
    "anthropic/skills/",
    "cohere/cohere-embedding",
    "openai/completion/",
    "openai/image/",
    "openai/transcription/",
)
_BY_FOLDER = {"amazon-bedrock": "bedrock", "cohere": "cohere", "google": "gemini"}
"""By folder: the dialect of recordings that do not show it themselves."""

_CHAT = "/chat/completions"
_FINE = 200
_STARTS = frozenset({"message_start", "response.created"})
_DONE = "data: [DONE]\n\n"


class Recording(NamedTuple):
    """What a provider answered.

    Attributes:
        told: the whole answer, or the events of a stream.
        body: the same as bytes.
        failed: it is an error.
    """

    name: str
    dialect: str
    told: list[Json]
    body: bytes
    streamed: bool
    failed: bool


class Asked(NamedTuple):
    """What a client asked for, with chat completions.

    Attributes:
        failed: the provider refused it.
    """

    name: str
    body: bytes
    failed: bool


def recordings() -> Iterator[Recording]:
    """Yield all that were made of chat; of several streams in one file each."""
    root = FOLDER / "vercel-ai"
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        take = _TAKES.get(path.suffix)
        if take is not None and not name.startswith((*WAITING, *_NO_CHAT)):
            yield from take(name, path.read_text())
    for name, interaction in _pairs():
        body = interaction["response"]["body"]
        take = _of_frames if body.startswith("data:") else _of_whole
        yield from take(name, body)


def requests() -> Iterator[Asked]:
    """Yield the requests that were recorded with their answers."""
    for name, interaction in _pairs():
        failed = interaction["response"]["code"] != _FINE
        yield Asked(name, interaction["request"]["body"].encode(), failed)


def _pairs() -> Iterator[tuple[str, Json]]:
    for path in sorted((FOLDER / "envoy-ai-gateway").glob("*.yaml")):
        text = path.read_text()
        if _CHAT in text:
            for interaction in yaml.safe_load(text)["interactions"]:
                if _CHAT in interaction["request"]["url"]:
                    yield path.stem, interaction


def _of_whole(name: str, text: str) -> Iterator[Recording]:
    told = json.loads(text)
    yield Recording(
        name, _dialect(told, name), [told], text.encode(), streamed=False, failed=bool(told.get("error"))
    )


def _of_lines(name: str, text: str) -> Iterator[Recording]:
    for place, events in enumerate(_apart([json.loads(line) for line in text.splitlines() if line.strip()])):
        dialect = _dialect(events[0], name)
        body = "".join(_frame(event) for event in events) + (_DONE if dialect == "openai_chat" else "")
        failed = any(event.get("type") == "error" for event in events)
        which = f"{name}#{place}" if place else name
        yield Recording(which, dialect, events, body.encode(), streamed=True, failed=failed)


def _of_frames(name: str, text: str) -> Iterator[Recording]:
    events = [
        json.loads(line.removeprefix("data:")) for line in text.splitlines() if line.startswith("data: {")
    ]
    yield Recording(name, _dialect(events[0], name), events, text.encode(), streamed=True, failed=False)


_TAKES: dict[str, Callable[[str, str], Iterator[Recording]]] = {
    ".json": _of_whole,
    ".txt": _of_lines,
    ".sse": _of_frames,
}


def _apart(events: list[Json]) -> list[list[Json]]:
    """Return the streams of one file, each from its first event on."""
    streams: list[list[Json]] = []
    for event in events:
        if not streams or event.get("type") in _STARTS:
            streams.append([])
        streams[-1].append(event)
    return streams


def _frame(event: Json) -> str:
    """Put back the framing that was left off."""
    kind = event.get("type")
    return (f"event: {kind}\n" if kind else "") + f"data: {json.dumps(event)}\n\n"


def _dialect(told: Json, name: str) -> str:
    kind = str(told.get("type"))
    if "choices" in told:
        return "openai_chat"
    if told.get("object") == "response" or kind.startswith("response."):
        return "openai_responses"
    if kind in ("message", "message_start"):
        return "anthropic"
    if "candidates" in told:
        return "gemini"
    own = _BY_FOLDER.get(name.partition("/")[0])
    assert own or "error" in told, f"nobody knows what {name} is"
    return own or "openai_chat"
