"""Neutral parts as blocks for Converse."""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

from oblivious.adapters.chat.arguments import as_object
from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.request import Role
from oblivious.adapters.dialects.anthropic.translate.names import legal_name
from oblivious.adapters.dialects.bedrock.translate import media
from oblivious.adapters.dialects.bedrock.translate.caching import mark_of, point
from oblivious.adapters.dialects.bedrock.translate.models import Model
from oblivious.adapters.dialects.bedrock.translate.origins import REDACTED, is_own
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest


def is_said(part: Part, role: Role, model: Model) -> bool:
    """Whether a part goes up: blank texts are refused, and only Claude wants its thoughts back."""
    if isinstance(part, Text | Refusal):
        return bool(part.text.strip())
    if isinstance(part, Reasoning):
        return role == "assistant" and model.claude and is_own(part.state)
    if isinstance(part, ToolCall):
        return role == "assistant"
    if isinstance(part, Audio) and role == "assistant":
        return bool(part.transcript.strip())
    # What an assistant drew or filmed has no place in its own turn.
    return role == "user" and type(part) in _WRITERS


class PartsWriter:
    """Writes the parts of one request; documents are numbered throughout, since no two may share a name."""

    __slots__ = ("_model", "_numbers")

    def __init__(self, model: Model) -> None:
        self._model = model
        self._numbers = count(1)

    def blocks(self, parts: Iterable[Part]) -> Iterator[Json]:
        """Yield the blocks of parts that are said, and a point behind each that is marked.

        Raises:
            InvalidRequest: names what Bedrock has no words for.
        """
        for part in parts:
            yield _WRITERS[type(part)](self, part)
            mark = mark_of(part)
            if mark is not None and self._model.caches and not isinstance(part, Reasoning):
                yield point(mark)

    def text(self, part: Any) -> Json:
        """Write words."""
        return {"text": part.text}

    def image(self, part: Any) -> Json:
        """Write a picture."""
        return media.write_image(part)

    def audio(self, part: Any) -> Json:
        """Write a sound; what a model spoke is said in words."""
        if part.transcript:
            return {"text": part.transcript}
        self._refuse_for_claude("audio")
        return media.write_audio(part)

    def video(self, part: Any) -> Json:
        """Write a film."""
        self._refuse_for_claude("video")
        return media.write_video(part)

    def _refuse_for_claude(self, what: str) -> None:
        if self._model.claude:
            raise InvalidRequest(
                f"{what} cannot be given here: the model is a Claude, which takes none", param="messages"
            )

    def file(self, part: Any) -> Json:
        """Write a document."""
        return media.write_document(part, next(self._numbers))

    def thought(self, part: Any) -> Json:
        """Write a thought with its signature."""
        if part.state.origin == REDACTED:
            return {"reasoningContent": {"redactedContent": part.state.data}}
        return {"reasoningContent": {"reasoningText": {"text": part.text, "signature": part.state.data}}}

    def call(self, part: Any) -> Json:
        """Write a call."""
        called = {"toolUseId": legal_id(part.id), "name": legal_name(part.name), "input": as_object(part)}
        return {"toolUse": called}

    def result(self, part: Any) -> Json:
        """Write what came of a call; within it nothing is marked."""
        said = [each for each in part.content if is_said(each, "user", self._model)]
        content = [_WRITERS[type(each)](self, each) for each in said]
        block: Json = {"toolUseId": legal_id(part.call_id), "content": content}
        return {"toolResult": block | ({"status": "error"} if part.failed else {})}


_WRITERS: dict[type[Part], Callable[[PartsWriter, Any], Json]] = {
    Text: PartsWriter.text,
    Refusal: PartsWriter.text,
    Image: PartsWriter.image,
    Audio: PartsWriter.audio,
    Video: PartsWriter.video,
    File: PartsWriter.file,
    Reasoning: PartsWriter.thought,
    ToolCall: PartsWriter.call,
    ToolResult: PartsWriter.result,
}
