"""The stream of contents: chunks without names, and no terminator but the end of the bytes."""

import re
from typing import Any

import msgspec

from oblivious.adapters.dialects.gemini.answer import text_bytes
from oblivious.adapters.dialects.gemini.edits import with_version
from oblivious.adapters.dialects.gemini.faults import fault_in
from oblivious.adapters.dialects.gemini.usage import counted, queries_in, searches_for
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.adapters.lenient import BROKEN, decoded, object_in, part, parts
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.usage import Usage

_DONE = b"[DONE]"
_NEEDLES = (
    b'"usageMetadata"',
    b'"finishReason"',
    b'"groundingMetadata"',
    b'"promptFeedback"',
    b'"error"',
    _DONE,
)

_WORD = b'"modelVersion"'
_VERSION = re.compile(rb'("modelVersion"[ \t\n\r]*:[ \t\n\r]*)"(?:[^"\\]|\\.)*"')


class _Candidate(msgspec.Struct, rename="camel"):
    content: msgspec.Raw = msgspec.Raw(b"null")
    finish_reason: Any = None
    grounding_metadata: Any = None


class _Chunk(msgspec.Struct, rename="camel"):
    """What is read of a chunk; contents stay unread once one has spoken."""

    candidates: list[_Candidate] | None = None
    prompt_feedback: Any = None
    usage_metadata: Any = None
    model_version: Any = None
    error: Any = None


_decode = msgspec.json.Decoder(_Chunk).decode


class GenerateReader:
    """Reads chunks; keeps the last usage, and names the model as the client did.

    A finish reason does not end the stream: some say one early, and usage may follow. `close` is told that
    no more bytes will come.
    """

    __slots__ = (
        "_model",
        "_queries",
        "_told",
        "_version",
        "bindings",
        "committed",
        "counted",
        "ended",
        "error",
        "needles",
        "watchful",
    )

    alias = None

    def __init__(self, *, model: bytes | None) -> None:
        self._model = model
        self._queries: set[str] = set()
        self._told: Any = None
        self._version: Any = None
        self.needles = _NEEDLES if model is None else (*_NEEDLES, _WORD)
        self.watchful = True
        self.committed = False
        self.counted = False  # until a finish reason, numbers may lag behind the text
        self.ended = False
        self.error: UpstreamError | None = None
        self.bindings: dict[str, None] = {}

    @property
    def usage(self) -> Usage | None:
        """The last numbers: they are sums already."""
        return counted(self._told, searches_for(self._queries, self._version))

    def read(self, data: bytes) -> bytes | None:
        """Read one chunk."""
        try:
            chunk = _decode(data)
        except BROKEN:
            return self._nonsense(data)
        if chunk.error:
            self.error = fault_in({"error": chunk.error}, data)
            return None
        self._note(chunk)
        if not self.committed and _speaks(chunk):
            self.committed = True
            self.watchful = False
        return data if self._model is None or chunk.model_version is None else _renamed(data, self._model)

    def text_bytes(self, data: bytes) -> int:
        """Count what the candidates of a chunk carry."""
        return text_bytes(object_in(data) or {})

    def close(self) -> None:
        """Take note that the bytes are at their end: a proper one if somebody finished."""
        self.ended = self.counted and self.error is None

    def _note(self, chunk: _Chunk) -> None:
        if chunk.usage_metadata is not None:
            self._told = chunk.usage_metadata
        if chunk.model_version is not None:
            self._version = chunk.model_version
        if part(chunk.prompt_feedback).get("blockReason"):
            self.counted = True
        for candidate in chunk.candidates or ():
            self.counted = self.counted or bool(candidate.finish_reason)
            if candidate.grounding_metadata is not None:
                self._queries.update(queries_in({"groundingMetadata": candidate.grounding_metadata}))

    def _nonsense(self, data: bytes) -> bytes | None:
        """An error may stand in a list; other garbage is hidden while it can be.

        Some imitators end with `[DONE]`, which no client of this dialect can read.
        """
        if data.strip() == _DONE:
            return None
        self.error = fault_in(decoded(data), data)
        if self.error is None and not self.committed:
            self.error = Garbled("the provider sent an event that is not JSON")
        return None if self.error is not None else data


class GenerateScanner(Scanner):
    """A scanner whose reader learns of the end of bytes: nothing else ends a stream of this dialect."""

    __slots__ = ("_chunks",)

    def __init__(self, reader: GenerateReader) -> None:
        super().__init__(reader)
        self._chunks = reader

    def finish(self) -> bytes:
        """Return what was held back, at the end of the upstream's bytes."""
        out = super().finish()
        self._chunks.close()
        return out


def _renamed(data: bytes, model: bytes) -> bytes:
    """Return a chunk that names its version so; where the word stands once, it is the member at the top."""
    found = _VERSION.search(data) if data.count(_WORD) == 1 else None
    return with_version(data, model) if found is None else data[: found.end(1)] + model + data[found.end() :]


def _speaks(chunk: _Chunk) -> bool:
    """Whether a chunk says more than that somebody is about to speak."""
    if part(chunk.prompt_feedback).get("blockReason"):
        return True
    return any(
        bool(candidate.finish_reason) or _has_content(candidate.content)
        for candidate in chunk.candidates or ()
    )


def _has_content(raw: msgspec.Raw) -> bool:
    pieces = parts(part(decoded(raw)).get("parts"))
    return any(value for piece in pieces for name, value in piece.items() if name != "thought")
