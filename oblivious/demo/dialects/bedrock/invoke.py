"""POST /model/{model}/invoke and /invoke-with-response-stream, of Claude: its own body, framed anew."""

import base64
from typing import Any

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.anthropic import messages
from oblivious.demo.dialects.bedrock.frames import event_frame
from oblivious.demo.dialects.bedrock.path import in_path
from oblivious.demo.dialects.reading import read, refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Reply, encode
from oblivious.demo.wire.request import Request

_VERSION = "anthropic_version"
_VERSIONS = ("bedrock-2023-05-31", "2026-10-21")
_DATA = b"\ndata: "
_bodies = msgspec.json.Decoder(dict[str, Any])


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer a message.

    Raises:
        Refusal: 400, naming the field.
    """
    body = read(_bodies, request.body)
    for name in ("model", "stream"):
        refuse_unless(name not in body, "extraneous key is not permitted", name)
    refuse_unless(body.pop(_VERSION, None) in _VERSIONS, "Invalid API version", _VERSION)
    betas = body.pop("anthropic_beta", [])
    refuse_unless("claude-code-20250219" not in betas, "invalid beta flag", "anthropic_beta")
    envelope = in_path(request)
    whole = encode({"model": envelope.model, "stream": envelope.stream, **body})
    headers = {**request.headers, "anthropic-version": "2023-06-01"}
    answer = messages.reply(msgspec.structs.replace(request, body=whole, headers=headers), behaviour, mint)
    return msgspec.structs.replace(answer, events=tuple(map(_chunk, answer.events)))


def _chunk(event: Event) -> Event:
    data = event.data.partition(_DATA)[2].strip()
    frame = event_frame("chunk", {"bytes": base64.b64encode(data).decode(), "p": "abcdef"})
    return msgspec.structs.replace(event, data=frame)
