"""What a path says: the model, and what is to be done with it."""

import re

from oblivious.demo.endpoint import Envelope
from oblivious.demo.wire.request import Request

_ACTION = re.compile(r"/model/(?P<model>.+)/(?P<action>[a-z-]+)")
_STREAMS = frozenset({"converse-stream", "invoke-with-response-stream"})


def action_in(path: str) -> str:
    """Return what is to be done; "" if the path does not say."""
    found = _ACTION.fullmatch(path)
    return found["action"] if found else ""


def in_path(request: Request) -> Envelope:
    """Return the model, and whether its answer is a stream."""
    found = _ACTION.fullmatch(request.path)
    return Envelope(found["model"], found["action"] in _STREAMS) if found else Envelope()
