"""Parts of a content, as clients send them and as the model answers them."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Opaque, Part, Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.fields import members, text
from oblivious.adapters.dialects.gemini.translate.media import read_file, read_inline
from oblivious.adapters.dialects.gemini.translate.names import camel, listed
from oblivious.adapters.dialects.gemini.translate.signatures import signed, state_in
from oblivious.adapters.lenient import Json, is_object

RESULT, OUTPUT, ERROR = "result", "output", "error"
"""The members by which a function's response is a text, or says that it failed."""

THOUGHT = "thought"
"""The kind of an opaque part that is a whole part: an image that the model drew while it thought."""

_BESIDE = frozenset({THOUGHT, "thoughtSignature", "mediaResolution", "mediaProcessing"})
_ALSO_BESIDE = "Metadata"


def read_part(value: Any, name: str) -> Part | None:
    """Read one part; None where nothing is in it. Calls and results may have an empty id.

    Raises:
        InvalidRequest: names what is wrong.
    """
    piece = members(value, name)
    state = state_in(piece)
    said = piece.get("text")
    if said is not None:
        words = text(said, f"{name}.text")
        is_thought = piece.get(THOUGHT) is True
        return signed(Reasoning(text=words, summary=True) if is_thought else Text(text=words), state)
    kind = next(
        (key for key, inner in piece.items() if inner is not None and not _is_beside(camel(key))), None
    )
    if kind is None:
        return signed(Text(), state) if state is not None else None
    if piece.get(THOUGHT) is True:
        return Opaque(origin=GEMINI, kind=THOUGHT, value=piece)
    read = _READERS.get(camel(kind))
    if read is None:
        return Opaque(origin=GEMINI, kind=camel(kind), value=piece[kind], state=state)
    return signed(read(piece[kind], piece, f"{name}.{camel(kind)}"), state)


def _is_beside(key: str) -> bool:
    """Whether a member only says more of what a part holds."""
    return key in _BESIDE or key.endswith(_ALSO_BESIDE)


def join(found: list[Part], value: Part) -> None:
    """Add a part of the model's; text behind text of its kind goes on with it, up to a signature.

    A stream tells both in pieces, and its client may give them back as they came.
    """
    last = found[-1] if found else None
    is_same = type(last) is type(value) and last is not None and last.state is None
    if is_same and isinstance(last, Text | Reasoning) and isinstance(value, Text | Reasoning):
        found[-1] = msgspec.structs.replace(last, text=last.text + value.text, state=value.state)
    elif not isinstance(value, Text | Reasoning) or value.text or value.state is not None:
        found.append(value)


def json_text(value: Any) -> str:
    """Return a value as JSON."""
    return msgspec.json.encode(value).decode()


def _read_call(inner: Any, _piece: Json, name: str) -> Part:
    call = members(inner, name)
    arguments = members(call.get("args"), f"{name}.args")
    return ToolCall(
        id=text(call.get("id"), f"{name}.id"),
        name=text(call.get("name"), f"{name}.name"),
        arguments=json_text(arguments) if arguments else "",
    )


def _read_response(inner: Any, _piece: Json, name: str) -> Part:
    given = members(inner, name)
    response = members(given.get("response"), f"{name}.response")
    media = [
        read_part(each, f"{name}.parts[{place}]")
        for place, each in enumerate(listed(given.get("parts"), f"{name}.parts"))
    ]
    words, failed = _told(response)
    return ToolResult(
        call_id=text(given.get("id"), f"{name}.id"),
        content=(Text(text=words), *(each for each in media if each is not None)),
        name=text(given.get("name"), f"{name}.name"),
        failed=failed,
    )


def _told(response: Json) -> tuple[str, bool]:
    """Return a response as text, and whether the function failed."""
    if len(response) == 1:
        ((key, value),) = response.items()
        if key in {RESULT, OUTPUT, ERROR}:
            return value if isinstance(value, str) else json_text(value), key == ERROR
    return json_text(response), False


_READERS: dict[str, Callable[[Any, Json, str], Part]] = {
    "functionCall": _read_call,
    "functionResponse": _read_response,
    "inlineData": read_inline,
    "fileData": read_file,
}


def write_opaque(value: Opaque) -> Json | None:
    """Write what only Gemini understands; None where it is another dialect's."""
    if value.origin != GEMINI:
        return None
    return value.value if value.kind == THOUGHT and is_object(value.value) else {value.kind: value.value}
