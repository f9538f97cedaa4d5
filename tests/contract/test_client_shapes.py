"""What well-known clients send, as cassettes of our own: read, routed and passed on untouched."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.members import members_of
from tests.contract.client_shapes import CASSETTES, Cassette, envelope_of, face_for, loaded, split

_EDITED = {"model", "stream_options"}
_PATH_NAMES_MODEL = "generate_content"


@pytest.fixture(params=CASSETTES, ids=lambda path: path.stem)
def cassette(request: pytest.FixtureRequest) -> Cassette:
    """One request, and what we expect of it."""
    return loaded(request.param)


@pytest.mark.parametrize("layout", [{"separators": (",", ":"), "ensure_ascii": False}, {"indent": 2}])
class TestClientShapes:
    def test_the_envelope_is_read(self, cassette: Cassette, layout: dict[str, Any]) -> None:
        """Model, stream, cap and bindings."""
        endpoint, _ = face_for(cassette)
        envelope = envelope_of(cassette, _body(cassette, layout))
        expected = cassette["expected"]

        assert endpoint.name == expected["endpoint"]
        assert (envelope.model, envelope.stream) == (expected["model"], expected["stream"])
        assert envelope.max_output_tokens == expected["max_output_tokens"]
        assert len(envelope.bindings) == expected["bindings"]

    def test_the_body_goes_up_as_it_came(self, cassette: Cassette, layout: dict[str, Any]) -> None:
        """Byte for byte; with edits, all but the edited members."""
        endpoint, face = face_for(cassette)
        body = _body(cassette, layout)
        envelope = envelope_of(cassette, body)
        edits = Edits(model="mapped", include_usage=True)
        out = face.outbound(envelope, edits)
        assert isinstance(out, bytes)
        before, after = members_of(body), members_of(out)

        assert face.outbound(envelope, NO_EDITS) is body
        assert all(bytes(after[name]) == bytes(before[name]) for name in before if name not in _EDITED)
        assert after.keys() - before.keys() <= _EDITED
        assert ("mapped" in face.path(envelope, edits)) == (endpoint.name == _PATH_NAMES_MODEL)

    def test_headers_and_query_are_chosen(self, cassette: Cassette, layout: dict[str, Any]) -> None:
        """Betas and sessions go up, keys and noise do not."""
        _, face = face_for(cassette)
        sent = [(name.encode(), value.encode()) for name, value in cassette["headers"]]

        assert [name.decode() for name, _ in face.request_headers(sent)] == cassette["expected"]["up"]
        assert face.query(split(cassette)[1]).decode() == cassette["expected"]["query"]


def _body(cassette: Cassette, layout: dict[str, Any]) -> bytes:
    return json.dumps(cassette["body"], **layout).encode()
