"""What a turn is made of. Every part may be marked for a cache, and may carry its maker's opaque state."""

from typing import Any

import msgspec

from oblivious.adapters.chat.state import State


class CacheMark(msgspec.Struct, frozen=True):
    """A wish that all up to here is cached; `ttl` is `5m` or `1h`, empty where the client named none."""

    ttl: str = ""


class Source(msgspec.Struct, frozen=True):
    """Where a medium is: exactly one of the four is given.

    Attributes:
        data: base64.
        url: http, https, or what only the provider understands (`gs://`).
        file_id: of a file that the provider keeps.
        text: a document's plain text.
        media_type: `image/png`, `application/pdf`; empty where nobody said.
    """

    data: str = ""
    url: str = ""
    file_id: str = ""
    text: str = ""
    media_type: str = ""


class Citation(msgspec.Struct, frozen=True):
    """What a piece of text rests on.

    Attributes:
        start, end: of the text, in characters; -1 where the dialect does not say.
        quoted: the words of the source.
        native: the dialect that made it, and its own object, for a client of the same dialect.
    """

    url: str = ""
    title: str = ""
    start: int = -1
    end: int = -1
    quoted: str = ""
    native: tuple[str, Any] | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What all parts have."""

    cache: CacheMark | None = None
    state: State | None = None


class Text(Part, frozen=True):
    """Words."""

    text: str = ""
    citations: tuple[Citation, ...] = ()


class Image(Part, frozen=True):
    """A picture; `detail` is `low`, `high` or `original`, empty where the provider decides."""

    source: Source
    detail: str = ""


class Audio(Part, frozen=True):
    """A sound; `format` is `wav`, `mp3` ...; `transcript` are its words where a model spoke it.

    `id` refers to a sound that the provider made and keeps.
    """

    source: Source
    format: str = ""
    transcript: str = ""
    id: str = ""


class Video(Part, frozen=True):
    """A film."""

    source: Source


class File(Part, frozen=True):
    """A document; `cited`: the answer should say what it took from it."""

    source: Source
    name: str = ""
    context: str = ""
    cited: bool = False


class Reasoning(Part, frozen=True):
    """What a model thought: its words, or a `summary` of them, or nothing but its state."""

    text: str = ""
    summary: bool = False


class ToolCall(Part, frozen=True):
    """A function that the model wants called: `arguments` is JSON; of a `custom` tool it is free text."""

    id: str
    name: str
    arguments: str = ""
    custom: bool = False


class ToolResult(Part, frozen=True):
    """What the function returned; `name` is known where the client said it or its call was seen."""

    call_id: str
    content: tuple[Part, ...] = ()
    name: str = ""
    failed: bool = False
    custom: bool = False


class Refusal(Part, frozen=True):
    """The words in which a model declined."""

    text: str = ""


class Opaque(Part, frozen=True):
    """Something only one dialect has: a hosted tool's call or result, a compaction. No other one gets it.

    Attributes:
        origin: the dialect it is from.
        kind: its `type` there.
        value: the object itself, decoded.
    """

    origin: str
    kind: str
    value: Any
