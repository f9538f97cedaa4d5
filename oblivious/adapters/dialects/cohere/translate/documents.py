"""Documents: Cohere reads their text, and says of those that are set apart what it took from them."""

import base64
from collections.abc import Iterable

import msgspec

from oblivious.adapters.chat.parts import File
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_TEXTS = ("text/", "application/json", "application/xml")


def set_apart(turns: Iterable[Turn]) -> tuple[list[Turn], list[Json]]:
    """Return the turns without the documents that must be cited, and these as `documents`.

    Raises:
        InvalidRequest: one of them is no text.
    """
    kept: list[Turn] = []
    documents: list[Json] = []
    for turn in turns:
        cited = [part for part in turn.parts if isinstance(part, File) and part.cited]
        documents += [_document(file, number) for number, file in enumerate(cited, len(documents))]
        rest = tuple(part for part in turn.parts if part not in cited)
        kept.append(msgspec.structs.replace(turn, parts=rest))
    return kept, documents


def inline(file: File) -> str:
    """Return the text of a document, with what it is called before it.

    Raises:
        InvalidRequest: it is no text.
    """
    named = [line for line in (file.name, file.context) if line]
    return "\n".join((*named, _text(file)))


def _document(file: File, number: int) -> Json:
    said = {"title": file.name, "context": file.context, "text": _text(file)}
    return {"id": f"document_{number}", "data": {name: value for name, value in said.items() if value}}


def _text(file: File) -> str:
    source = file.source
    if source.text:
        return source.text
    if source.data and source.media_type.startswith(_TEXTS):
        try:
            return base64.b64decode(source.data).decode("utf-8", "replace")
        except ValueError:
            raise InvalidRequest(f"the document {file.name!r} is not in base64", param="messages") from None
    raise InvalidRequest(
        f"the document {file.name!r} cannot be given here: the model is served through {COHERE}, "
        "which takes plain text only",
        param="messages",
    )
