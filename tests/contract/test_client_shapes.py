"""What well-known clients send, as cassettes of our own: read, routed and passed on untouched."""

import json
from pathlib import Path
from typing import Any

import pytest

from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.headers import upward_query
from oblivious.adapters.members import members_of
from oblivious.adapters.registry import endpoint_at, face_of

_CASSETTES = sorted((Path(__file__).parents[1] / "cassettes").glob("*.json"))
_EDITED = {"model", "stream_options"}


@pytest.fixture(params=_CASSETTES, ids=lambda path: path.stem)
def cassette(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One request, and what we expect of it."""
    read: dict[str, Any] = json.loads(request.param.read_text())
    return read


@pytest.mark.parametrize("layout", [{"separators": (",", ":"), "ensure_ascii": False}, {"indent": 2}])
class TestClientShapes:
    def test_the_envelope_is_read(self, cassette: dict[str, Any], layout: dict[str, Any]) -> None:
        """Model, stream, cap and bindings."""
        endpoint = endpoint_at(_path(cassette)[0])
        assert endpoint is not None
        envelope = face_of(endpoint).envelope(endpoint, _body(cassette, layout))
        expected = cassette["expected"]

        assert endpoint.name == expected["endpoint"]
        assert (envelope.model, envelope.stream) == (expected["model"], expected["stream"])
        assert envelope.max_output_tokens == expected["max_output_tokens"]
        assert len(envelope.bindings) == expected["bindings"]

    def test_the_body_goes_up_as_it_came(self, cassette: dict[str, Any], layout: dict[str, Any]) -> None:
        """Byte for byte; with edits, all but the edited members."""
        endpoint = endpoint_at(_path(cassette)[0])
        assert endpoint is not None
        face, body = face_of(endpoint), _body(cassette, layout)
        envelope = face.envelope(endpoint, body)
        out = face.outbound(envelope, Edits(model="mapped", include_usage=True))
        assert isinstance(out, bytes)
        before, after = members_of(body), members_of(out)

        assert face.outbound(envelope, NO_EDITS) is body
        assert all(bytes(after[name]) == bytes(before[name]) for name in before if name not in _EDITED)
        assert after.keys() - before.keys() <= _EDITED

    def test_headers_and_query_are_chosen(self, cassette: dict[str, Any], layout: dict[str, Any]) -> None:
        """Betas and sessions go up, keys and noise do not."""
        path, query = _path(cassette)
        endpoint = endpoint_at(path)
        assert endpoint is not None
        sent = [(name.encode(), value.encode()) for name, value in cassette["headers"]]
        up = face_of(endpoint).request_headers(sent)

        assert [name.decode() for name, _ in up] == cassette["expected"]["up"]
        assert upward_query(query).decode() == cassette["expected"]["query"]


def _path(cassette: dict[str, Any]) -> tuple[str, bytes]:
    path, _, query = cassette["path"].partition("?")
    return path.removeprefix("/v1/"), query.encode()


def _body(cassette: dict[str, Any], layout: dict[str, Any]) -> bytes:
    return json.dumps(cassette["body"], **layout).encode()
