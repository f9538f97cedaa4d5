import pytest

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.face import NO_EDITS, Edits
from oblivious.adapters.dialects.gemini.endpoints import (
    BATCH_EMBED_CONTENTS,
    COUNT_TOKENS,
    EMBED_CONTENT,
    GENERATE_CONTENT,
)
from oblivious.adapters.dialects.gemini.face import Gemini

_FACE = Gemini()
_MAPPED = Edits(model="up")


class TestOutbound:
    @pytest.mark.parametrize(
        ("endpoint", "body", "expected"),
        [
            (GENERATE_CONTENT, b'{ "contents":[{}] }', b'{ "contents":[{}] }'),
            (
                GENERATE_CONTENT,
                b'{"model":"models/m","contents":[{}]}',
                b'{"model":"models/up","contents":[{}]}',
            ),
            (
                EMBED_CONTENT,
                b'{"model":"models/m","content":{"parts":[]}}',
                b'{"model":"models/up","content":{"parts":[]}}',
            ),
            (
                COUNT_TOKENS,
                b'{"generateContentRequest":{"model": "models/m","contents":[]}}',
                b'{"generateContentRequest":{"model": "models/up","contents":[]}}',
            ),
            (
                BATCH_EMBED_CONTENTS,
                b'{"requests":[{"model":"models/m","content":{}},{"content":{}}, 7]}',
                b'{"requests":[{"model":"models/up","content":{}},{"content":{}},7]}',
            ),
        ],
    )
    def test_a_mapped_model_is_named_everywhere(
        self, endpoint: Endpoint, body: bytes, expected: bytes
    ) -> None:
        """A body that names another one than the path is refused."""
        envelope = _FACE.envelope_at(endpoint, body, "m", stream=False)

        assert _FACE.outbound(envelope, _MAPPED) == expected
        assert _FACE.outbound(envelope, NO_EDITS) is body

    def test_the_path_names_it_too(self) -> None:
        """The one that goes up."""
        envelope = _FACE.envelope_at(GENERATE_CONTENT, b'{"contents":[{}]}', "mine", stream=True)

        assert _FACE.path(envelope, NO_EDITS) == "models/mine:streamGenerateContent"
        assert _FACE.path(envelope, _MAPPED) == "models/up:streamGenerateContent"


class TestInbound:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b'{"candidates":[], "modelVersion": "up-001"}', b'{"candidates":[], "modelVersion": "mine"}'),
            (b'{"candidates":[{"modelVersion":1}]}', b'{"candidates":[{"modelVersion":1}]}'),
            (b'[{"modelVersion":"up"},{"a":1}]', b'[{"modelVersion":"mine"},{"a":1}]'),
            (b"nonsense", b"nonsense"),
        ],
    )
    def test_only_the_version_is_renamed(self, body: bytes, expected: bytes) -> None:
        """And only where the model is mapped."""
        envelope = _FACE.envelope_at(GENERATE_CONTENT, b'{"contents":[{}]}', "mine", stream=False)

        assert _FACE.inbound(envelope, _MAPPED, body) == expected
        assert _FACE.inbound(envelope, NO_EDITS, body) is body


def test_the_clients_own_headers_stay_here() -> None:
    """What belongs to its account or its SDK."""
    headers = [(b"x-goog-api-key", b"k"), (b"x-goog-api-client", b"sdk"), (b"x-server-timeout", b"60")]

    assert [name for name, _ in _FACE.request_headers(headers)] == [
        b"x-server-timeout",
        b"content-type",
        b"user-agent",
    ]


def test_a_ping_is_no_comment() -> None:
    """Google's clients for Python and Go take a comment for an error."""
    assert not _FACE.ping.strip()
