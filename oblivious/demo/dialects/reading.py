"""Request bodies, read into typed structs."""

import re
from typing import TypeVar

import msgspec

from oblivious.demo.reply import Failure, Refusal

Body = TypeVar("Body")
_PLACE = re.compile(r" - at `\$\.?(?P<field>[^`]*)`$")
_MISSING = re.compile(r"required field `(?P<field>[^`]*)`")


class Function(msgspec.Struct, frozen=True):
    """A function as OpenAI describes it."""

    name: str = ""
    parameters: dict[str, object] | None = None


class Part(msgspec.Struct, frozen=True):
    """A part of a message, in any dialect; what is no text is carried past."""

    type: str = "text"
    text: str | None = None
    content: "str | list[Part] | dict[str, object] | None" = None
    signature: str | None = None


Content = str | list[Part] | dict[str, object] | None


def read(decoder: msgspec.json.Decoder[Body], body: bytes) -> Body:
    """Return the decoded body.

    Raises:
        Refusal: 400, naming the field.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _PLACE.search(text) or _MISSING.search(text)
        raise Refusal(Failure(400, text, found["field"] if found else None)) from error
    except msgspec.DecodeError as error:
        raise Refusal(Failure(400, f"The body can't be read: {error}")) from error


def text_of(content: Content) -> str:
    """Return all the text in a message's content."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(part.text or text_of(part.content) for part in parts)


def refuse_unless(holds: object, message: str, param: str, code: str | None = None) -> None:
    """Refuse the request with a 400 unless `holds` is true.

    Raises:
        Refusal: it isn't.
    """
    if not holds:
        raise Refusal(Failure(400, message, param, code))
