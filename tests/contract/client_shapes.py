"""What well-known clients send, as cassettes of our own."""

import json
from pathlib import Path
from typing import Any

from oblivious.adapters.dialects.face import Envelope, RelayFace
from oblivious.adapters.registry import ACTIONS, AS_EVENTS, Endpoint, array_face, endpoint_at, face_of

Cassette = dict[str, Any]

CASSETTES = sorted((Path(__file__).parents[1] / "cassettes").glob("*.json"))
_VERSIONS = ("/v1/", "/v1beta/")


def loaded(path: Path) -> Cassette:
    """Return a cassette: one request, and what we expect of it."""
    read: Cassette = json.loads(path.read_text())
    return read


def split(cassette: Cassette) -> tuple[str, bytes]:
    """Return the path below the version, and the query."""
    path, _, query = cassette["path"].partition("?")
    version = next(version for version in _VERSIONS if path.startswith(version))
    return path.removeprefix(version), query.encode()


def face_for(cassette: Cassette) -> tuple[Endpoint, RelayFace]:
    """Return where the request goes, and the face that its client sees."""
    path, query = split(cassette)
    endpoint = endpoint_at(path)
    if endpoint is not None:
        return endpoint, face_of(endpoint)
    action = ACTIONS[path.rpartition(":")[2]]
    array = action.stream and AS_EVENTS not in query
    return action.endpoint, array_face(action.endpoint) if array else face_of(action.endpoint)


def envelope_of(cassette: Cassette, body: bytes) -> Envelope:
    """Return the envelope of the request."""
    endpoint, face = face_for(cassette)
    path, _ = split(cassette)
    name, colon, action = path.rpartition(":")
    if not colon:
        return face.envelope(endpoint, body)
    return face.envelope_at(endpoint, body, name.removeprefix("models/"), stream=ACTIONS[action].stream)
