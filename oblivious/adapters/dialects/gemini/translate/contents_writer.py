"""Turns to contents, in the order that Gemini asks for."""

from operator import itemgetter
from typing import NamedTuple

from oblivious.adapters.chat.parts import Part, ToolCall, ToolResult
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.chat.turns import INSTRUCTIONS, calls_in
from oblivious.adapters.dialects.gemini.translate.legal_names import LegalNames
from oblivious.adapters.dialects.gemini.translate.parts_writer import Setting, write_part
from oblivious.adapters.dialects.gemini.translate.signatures import SIGNATURE, UNSIGNED
from oblivious.adapters.lenient import Json

_CALL, _RESPONSE = "functionCall", "functionResponse"
_OPENING: Json = {"role": "user", "parts": [{"text": "."}]}
"""What a conversation begins with in which the model speaks first."""


class _Written(NamedTuple):
    """One of our parts and what it became."""

    part: Part
    pieces: list[Json]


class _Content(NamedTuple):
    role: str
    parts: list[_Written]


def write_contents(
    request: ChatRequest, names: LegalNames, *, levelled: bool
) -> tuple[Json | None, list[Json]]:
    """Return the instruction, None if there is none, and the contents.

    Raises:
        InvalidRequest: names a medium that cannot be given.
    """
    setting = Setting(names, {}, levelled)
    instruction = [
        piece for turn in request.turns if turn.role in INSTRUCTIONS for piece in _pieces(turn, setting)
    ]
    contents = _in_order(_alternating(request.turns, setting))
    if not contents and instruction:
        return None, [{"role": "user", "parts": instruction}]
    if contents and contents[0]["role"] == "model":
        contents.insert(0, _OPENING)
    if levelled:
        _sign(contents)
    return {"parts": instruction} if instruction else None, contents


def _pieces(turn: Turn, setting: Setting) -> list[Json]:
    return [piece for part in turn.parts for piece in write_part(part, setting)]


def _alternating(turns: tuple[Turn, ...], setting: Setting) -> list[_Content]:
    """Return what is said in turns: what one side says at a stretch is one content."""
    contents: list[_Content] = []
    for turn in turns:
        if turn.role in INSTRUCTIONS:
            continue
        role = "model" if turn.role == "assistant" else "user"
        setting.called.update((call.id, call.name) for call in calls_in([turn]))
        parts = [_Written(part, write_part(part, setting)) for part in turn.parts]
        parts = [written for written in parts if written.pieces]
        if contents and contents[-1].role == role:
            contents[-1].parts.extend(parts)
        elif parts:
            contents.append(_Content(role, parts))
    return contents


def _in_order(contents: list[_Content]) -> list[Json]:
    """Return contents in which results come first, and in the order of the calls that they are for."""
    out: list[Json] = []
    calls: dict[str, int] = {}
    for content in contents:
        placed = [
            (_place(written.part, piece, calls), piece)
            for written in content.parts
            for piece in written.pieces
        ]
        if content.role == "user":
            placed.sort(key=itemgetter(0))
        ids = [written.part.id for written in content.parts if isinstance(written.part, ToolCall)]
        calls = {call_id: place for place, call_id in enumerate(ids)}
        out.append({"role": content.role, "parts": [piece for _, piece in placed]})
    return out


def _place(part: Part, piece: Json, calls: dict[str, int]) -> int:
    """Return where a piece of the user's belongs: what a result brought besides its response comes last."""
    if not isinstance(part, ToolResult) or _RESPONSE not in piece:
        return len(calls) + 1
    return calls.get(part.call_id, len(calls))


def _sign(contents: list[Json]) -> None:
    """Let the first call of each step since the user last spoke have a signature: without it is refused."""
    for content in reversed(contents):
        parts: list[Json] = content["parts"]
        if content["role"] == "user":
            if any(_RESPONSE not in piece for piece in parts):
                return
            continue
        place = next((place for place, piece in enumerate(parts) if _CALL in piece), None)
        if place is not None and SIGNATURE not in parts[place]:
            parts[place] = {**parts[place], SIGNATURE: UNSIGNED}
