import json
import mmap
from pathlib import Path

import pytest

from oblivious.adapters.dialects.edits import with_model
from oblivious.adapters.dialects.face import NO_EDITS, Edits, Envelope
from oblivious.adapters.estimate import estimate_input_tokens, input_bound
from oblivious.adapters.members import Body, apply
from oblivious.adapters.registry import endpoint_at, face_of

_BODY = b'{ "messages" : [{"content":"\\u00e9"}],"model":"mine" , "temperature":1.00,"stream":true }'
_ASK = Edits(include_usage=True)


def _outbound(path: str, body: bytes, edits: Edits) -> bytes:
    envelope = _envelope(path, body)
    out = face_of(envelope.endpoint).outbound(envelope, edits)
    assert isinstance(out, bytes)
    return out


def _envelope(path: str, body: Body) -> Envelope:
    endpoint = endpoint_at(path)
    assert endpoint is not None
    return face_of(endpoint).envelope(endpoint, body)


class TestOutbound:
    def test_without_edits_the_clients_own_object_goes_up(self) -> None:
        """Nothing is copied, nothing is written anew."""
        assert _outbound("chat/completions", _BODY, NO_EDITS) is _BODY

    def test_a_mapped_model_is_the_only_change(self) -> None:
        """Numbers, escapes and white space keep their bytes."""
        assert _outbound("chat/completions", _BODY, Edits(model="theirs")) == _BODY.replace(
            b"mine", b"theirs"
        )

    def test_usage_is_asked_for_where_the_client_did_not(self) -> None:
        """Added behind the last member."""
        out = _outbound("chat/completions", _BODY, _ASK)

        assert out == _BODY[:-1] + b',"stream_options":{"include_usage":true}}'

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (b"null", b'{"include_usage":true}'),
            (b'{"include_usage":false}', b'{"include_usage":true}'),
            (b'{ "include_obfuscation":false }', b'{ "include_obfuscation":false ,"include_usage":true}'),
            (b'"odd"', b'"odd"'),
            (b'{"include_usage":true}', b'{"include_usage":true}'),
        ],
    )
    def test_other_stream_options_stay(self, options: bytes, expected: bytes) -> None:
        """Only the one wish is ours."""
        body = b'{"model":"m","messages":[{}],"stream":true,"stream_options":%b,"n":1}'

        assert _outbound("chat/completions", body % options, _ASK) == body % expected

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("chat/completions", b'{"model":"m","messages":[{}]}'),
            ("messages", b'{"model":"m","messages":[{}],"stream":true}'),
            ("responses", b'{"model":"m","input":"x","stream":true}'),
            ("embeddings", b'{"model":"m","input":"x"}'),
        ],
    )
    def test_usage_is_not_asked_for_where_it_comes_anyway(self, path: str, body: bytes) -> None:
        """Only chat and completions streams keep it to themselves."""
        assert _outbound(path, body, _ASK) is body

    def test_a_model_nobody_named_is_added_when_it_is_mapped(self) -> None:
        """Moderations have a default; its mapping must still reach the upstream."""
        assert _outbound("moderations", b'{"input":"x"}', Edits(model="m")) == b'{"input":"x","model":"m"}'

    def test_names_are_written_as_json(self) -> None:
        """A quote in a model's name breaks nothing."""
        out = _outbound("chat/completions", _BODY, Edits(model='a"b\\'))

        assert json.loads(out)["model"] == 'a"b\\'


class TestCuts:
    def test_a_body_in_a_file_is_never_read_whole(self, tmp_path: Path) -> None:
        """What changes is told as places in the file, and text is measured where it lies."""
        path = tmp_path / "body"
        path.write_bytes(_BODY)
        with path.open("rb") as file:
            body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            envelope = _envelope("chat/completions", body)
            cuts = face_of(envelope.endpoint).cuts(envelope, Edits(model="theirs", include_usage=True))

            assert apply(body, cuts) == _outbound(
                "chat/completions", _BODY, Edits("theirs", include_usage=True)
            )
            assert face_of(envelope.endpoint).outbound(envelope, NO_EDITS) is body
            assert estimate_input_tokens(body) == estimate_input_tokens(_BODY)
            assert input_bound(body) == input_bound(_BODY)


class TestInbound:
    def test_an_answer_names_the_model_as_the_client_did(self) -> None:
        """A mapped name does not leak."""
        envelope = _envelope("chat/completions", _BODY)
        body = b'{"id":"x", "model":"theirs-2026", "usage":{"total_tokens":1}}'
        face = face_of(envelope.endpoint)

        assert face.inbound(envelope, Edits(model="theirs"), body) == body.replace(b"theirs-2026", b"mine")
        assert face.inbound(envelope, NO_EDITS, body) is body

    @pytest.mark.parametrize("text", [b"[1]", b"nope", b'{"id":1}', b'{"message":7}'])
    def test_what_names_no_model_stays(self, text: bytes) -> None:
        """Also inside another member."""
        assert with_model(text, b'"m"') == text
        assert with_model(text, b'"m"', inside="message") == text
