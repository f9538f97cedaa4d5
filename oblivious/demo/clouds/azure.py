"""OpenAI at Microsoft: paths by deployment with a dated version, or `/openai/v1` without one.

Sources: openai 3.52.0 for Python (AzureOpenAI), and Microsoft's published schema of its inference API of
2024-10-21, both read 2026-11-27.
"""

import re
from functools import partial

import msgspec

from oblivious.demo.clouds.cloud import Move, members, with_members
from oblivious.demo.dialects.reading import refuse_unless
from oblivious.demo.reply import Reply, data_event
from oblivious.demo.wire.request import Request

_DEPLOYED = re.compile(
    r"/openai/deployments/(?P<name>[^/]+)/(?P<path>chat/completions|completions|embeddings)"
)
_RESPONSES = "/openai/responses"
_V1 = "/openai/v1/"
_VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
_SAFE = {
    kind: {"filtered": False, "severity": "safe"} for kind in ("hate", "self_harm", "sexual", "violence")
}
_JUDGED = data_event(
    {
        "choices": [],
        "created": 0,
        "id": "",
        "model": "",
        "object": "",
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _SAFE}],
    }
)


def move(path: str) -> Move | None:
    """Return how a request to a path comes home; None if it is no path of this cloud's."""
    if path.startswith(_V1):
        return Move(path.removeprefix("/openai"), lambda request: request)
    if path == _RESPONSES:
        return Move("/v1/responses", _dated)
    if found := _DEPLOYED.fullmatch(path):
        move = Move(f"/v1/{found['path']}", partial(_deployed, found["name"]))
        return msgspec.structs.replace(move, after=_judged) if found["path"] == "chat/completions" else move
    return None


def _dated(request: Request) -> Request:
    version = request.query.get("api-version", "")
    refuse_unless(_VERSION.fullmatch(version), "Missing or unknown api-version.", "api-version")
    return request


def _deployed(name: str, request: Request) -> Request:
    return with_members(_dated(request), {**members(request), "model": name})


def _judged(reply: Reply) -> Reply:
    """Return a stream that begins with what the filter found in the prompt: a chunk without choices."""
    return msgspec.structs.replace(reply, events=(_JUDGED, *reply.events)) if reply.events else reply
