"""What chat and generate have in common, as far as the demo reads it."""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterable
from typing import Any

import msgspec

from oblivious.demo.dialects.reading import Body, read, refuse_unless
from oblivious.demo.endpoint import Envelope
from oblivious.demo.reply import Failure, Json, Refusal
from oblivious.demo.schema import ANY_JSON
from oblivious.demo.wire.request import Request

_LEVELS = ("low", "medium", "high", "max")
_MOST_ALTERNATIVES = 20


class Options(msgspec.Struct):
    """The options that the demo heeds; all others pass unread."""

    num_predict: int | None = None
    stop: str | list[str] | None = None

    @property
    def cap(self) -> int | None:
        """Return the most output tokens; a number below one means none."""
        return self.num_predict if self.num_predict and self.num_predict > 0 else None

    @property
    def stops(self) -> tuple[str, ...]:
        """Return the stop sequences."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())


class Asked(msgspec.Struct):
    """What every request for an answer says."""

    model: str
    stream: bool | None = None
    think: bool | str | None = None
    format: str | dict[str, Any] | None = None
    options: Options | None = None
    keep_alive: float | str | None = None
    top_logprobs: int = 0

    @property
    def streams(self) -> bool:
        """Tell whether the answer is a stream: it is where nobody says otherwise."""
        return self.stream is not False

    @property
    def schema(self) -> Json | None:
        """Return what the answer has to be JSON of; None if it may be prose."""
        return self.format or None if isinstance(self.format, dict) else _BY_WORD.get(self.format or "")

    @property
    def unloads(self) -> bool:
        """Tell whether the model is to leave the memory."""
        return self.keep_alive in (0, "0")


_BY_WORD: dict[str, Json | None] = {"json": ANY_JSON}


class _Envelope(msgspec.Struct):
    model: str = ""
    stream: bool | None = None


_decode_envelope = msgspec.json.Decoder(_Envelope)


def in_body(request: Request) -> Envelope:
    """Return what a body says before its endpoint reads it.

    Raises:
        Refusal: 400, it is none.
    """
    envelope = read(_decode_envelope, request.body)
    return Envelope(envelope.model, envelope.stream is not False)


def whole(request: Request) -> Envelope:
    """Return the same of an endpoint that has no streams.

    Raises:
        Refusal: 400, it is none.
    """
    return Envelope(in_body(request).model)


def read_asked(decoder: msgspec.json.Decoder[Body], request: Request) -> Body:
    """Return a request that names its model.

    Raises:
        Refusal: 400, saying what is wrong.
    """
    asked = read(decoder, request.body)
    refuse_unless(getattr(asked, "model", ""), "model is required", "")
    return asked


def check(asked: Asked) -> None:
    """Refuse what Ollama refuses.

    Raises:
        Refusal: 400, saying what is wrong.
    """
    refuse_unless(
        not isinstance(asked.think, str) or asked.think in _LEVELS,
        f'invalid think value: "{asked.think}" (must be "high", "medium", "low", "max", true, or false)',
        "",
    )
    within = 0 <= asked.top_logprobs <= _MOST_ALTERNATIVES
    refuse_unless(within, "top_logprobs must be between 0 and 20", "")


def check_images(images: Iterable[str]) -> None:
    """Refuse images that are not plain base64, as URLs are not.

    Raises:
        Refusal: 400, one of them is none.
    """
    for image in images:
        try:
            b64decode(image, validate=True)
        except (Error, ValueError) as error:
            raise Refusal(Failure(400, "illegal base64 data in images")) from error
