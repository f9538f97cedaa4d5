"""Google's cloud: Gemini, Anthropic's messages and OpenAI's chat, below a project or (express mode) none.

It refuses what Google refuses: unknown parameters and members, contents without a role, a model in the body.
Sources: google-genai 3.6.1 and anthropic 2.11.0 (AnthropicVertex) for Python, read 2026-11-27.
"""

import re

import msgspec

from oblivious.demo.clouds.cloud import Move, members, with_members
from oblivious.demo.dialects.gemini.endpoints import PREDICT
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.reply import Failure, Refusal
from oblivious.demo.wire.request import Request

_PLACE = re.compile(r"/v1(?:beta1)?/(?:projects/[^/{}]+/locations/[^/]+/)?(?P<rest>.+)")
_GEMINI = re.compile(r"publishers/google/(?P<path>models/.+)")
_CLAUDE = re.compile(r"publishers/anthropic/models/(?P<model>.+):(?P<verb>rawPredict|streamRawPredict)")
_CHAT = re.compile(r"endpoints/openapi/(?P<path>.+)")
_VERSION = re.compile(r"@\d{8}(?!\d)")
_URL = re.compile(rb'"type":\s*"url"')
_COUNT = "count-tokens"
_EMBEDS = re.compile(r"models/(?P<model>.+):(?:embedContent|batchEmbedContents)")
_PREDICT = ":predict"
_PREDICTED = re.compile(r"text-embedding|text-multilingual-embedding|textembedding-gecko")
_PARAMETERS = frozenset({"key", "alt", "$alt"})


class _Content(msgspec.Struct):
    role: str | None = None


class _Asked(msgspec.Struct):
    contents: list[_Content] | None = None
    store: bool | None = None


_asked = msgspec.json.Decoder(_Asked)


def move(path: str) -> Move | None:
    """Return how a request to a path comes home; None if it is no path of this cloud's."""
    place = _PLACE.fullmatch(path)
    rest = place["rest"] if place else ""
    if found := _GEMINI.fullmatch(rest):
        if found["path"].endswith(_PREDICT):
            return Move(f"/v1beta/{found['path']}", lambda request: request, answers=PREDICT)
        embeds = _EMBEDS.fullmatch(found["path"])
        predicted = embeds is not None and _PREDICTED.match(embeds["model"])
        return Move(f"/v1beta/{found['path']}", _unserved if predicted else _gemini)
    if found := _CHAT.fullmatch(rest):
        return Move(f"/v1/{found['path']}", lambda request: request)
    if found := _CLAUDE.fullmatch(rest):
        return _claude(found["model"], stream=found["verb"] == "streamRawPredict")
    return None


def _gemini(request: Request) -> Request:
    asked = read(_asked, request.body)
    refuse_unless(asked.store is None, 'Unknown name "store": Cannot find field.', "store")
    roles = {content.role for content in asked.contents or ()}
    refuse_unless(roles <= {"user", "model"}, "Please use a valid role: user, model.", "contents.role")
    return request


def _unserved(_request: Request) -> Request:
    raise Refusal(Failure(400, "The model does not support this method; use predict.", "model"))


def _claude(model: str, *, stream: bool) -> Move:
    def change(request: Request) -> Request:
        strange = request.query.keys() - _PARAMETERS
        refuse_unless(not strange, "Cannot bind query parameter.", next(iter(strange), ""))
        asked = members(request)
        refuse_unless(asked.pop("anthropic_version", None), "Field required", "anthropic_version")
        refuse_unless(not _URL.search(request.body), "URL sources are not supported", "messages")
        if model != _COUNT:
            refuse_unless("model" not in asked, "Extra inputs are not permitted", "model")
            asked |= {"model": _VERSION.sub("", model), "stream": stream}
        else:
            refuse_unless(asked.get("model"), "Field required", "model")
            asked["model"] = _VERSION.sub("", str(asked["model"]))
        headers = {**request.headers, "anthropic-version": "2023-06-01"}
        return with_members(msgspec.structs.replace(request, headers=headers), asked)

    return Move("/v1/messages/count_tokens" if model == _COUNT else "/v1/messages", change)
