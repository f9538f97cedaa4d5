"""A request as if the other form of an answer had been asked for: a stream, or the whole at once."""

import msgspec

from oblivious.demo.reply import Json
from oblivious.demo.wire.request import Request

_PATHS = (
    (":generateContent", ":streamGenerateContent"),
    (":rawPredict", ":streamRawPredict"),
    ("/converse", "/converse-stream"),
    ("/invoke", "/invoke-with-response-stream"),
)
"""Of those who say in the path whether a stream is wanted: the whole, and the stream."""

_EVENTS = {"alt": "sse"}
_OPTIONS = "stream_options"

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def turned(request: Request, *, stream: bool) -> Request:
    """Return the request; `stream` says whether it asks for one. A stream is to tell its usage."""
    for pair in _PATHS:
        asked, other = reversed(pair) if stream else pair
        if request.path.endswith(asked):
            path = request.path.removesuffix(asked) + other
            query = {name: value for name, value in request.query.items() if name not in _EVENTS}
            return msgspec.structs.replace(request, path=path, query=query if stream else query | _EVENTS)
    return msgspec.structs.replace(request, body=_turned(request.body, stream=stream))


def _turned(body: bytes, *, stream: bool) -> bytes:
    try:
        members: Json = dict(_decode(body))
    except msgspec.DecodeError:
        return body
    members.pop(_OPTIONS, None)
    told: Json = {} if stream else {_OPTIONS: {"include_usage": True}}
    return msgspec.json.encode({**members, "stream": not stream, **told})
