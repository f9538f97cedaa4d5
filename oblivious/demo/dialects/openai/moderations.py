"""POST /v1/moderations."""

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.reading import Part, read, refuse_unless, text_of
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json, Reply, encode
from oblivious.demo.wire.request import Request

_CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
_HIGH, _LOW = 0.99, 0.0001


class ModerationRequest(msgspec.Struct):
    """The members of a moderation request."""

    input: str | list[str | Part]
    model: str = "demo-moderation"


_decoder = msgspec.json.Decoder(ModerationRequest)


def reply(request: Request, _behaviour: Behaviour, mint: Mint) -> Reply:
    """Flag a text for each category that it names.

    Raises:
        Refusal: 400, naming the field.
    """
    asked = read(_decoder, request.body)
    refuse_unless(asked.input, "Input cannot be empty.", "input")
    results = [_result(text.lower()) for text in _texts(asked.input)]
    return Reply(encode({"id": mint.new_id("modr-"), "model": asked.model, "results": results}))


def _texts(given: str | list[str | Part]) -> list[str]:
    """Return one text for each result; parts belong to one message."""
    if isinstance(given, str):
        return [given]
    texts = [item for item in given if isinstance(item, str)]
    parts = [item for item in given if isinstance(item, Part)]
    return texts + ([text_of(parts)] if parts else [])


def _result(text: str) -> Json:
    flags = {category: category in text for category in _CATEGORIES}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": {category: _HIGH if flag else _LOW for category, flag in flags.items()},
        "category_applied_input_types": {category: ["text"] for category in _CATEGORIES},
    }
