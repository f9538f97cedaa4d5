"""Bodies: identity without edits, surgery with them, and never an error that is not ours."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oblivious.adapters.dialects.face import NO_EDITS, Edits, Envelope
from oblivious.adapters.estimate import estimate_input_tokens, input_bound
from oblivious.adapters.members import has_repeats, members_of
from oblivious.adapters.registry import ENDPOINTS, FACES, Endpoint, face_of
from oblivious.contracts.errors import InvalidRequest, UpstreamError

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=9),
)
_json = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner)),
    max_leaves=6,
)
_names = st.one_of(
    st.text(max_size=6), st.sampled_from(["model", "stream_options", "messages", "n", "usage", "error"])
)
_LAYOUTS: list[dict[str, Any]] = [{"separators": (",", ":")}, {}, {"indent": 2}, {"ensure_ascii": False}]
_layouts = st.sampled_from(_LAYOUTS)
_endpoints = st.sampled_from(ENDPOINTS)
_by_name = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)


@st.composite
def _bodies(draw: st.DrawFn, endpoint: Endpoint) -> tuple[bytes, dict[str, Any]]:
    """Draw a body with a good envelope and anything else, in any order and layout."""
    body = draw(st.dictionaries(st.text(max_size=6), _json, max_size=4))
    kept: dict[str, Any] = {
        "model": draw(st.text(min_size=1, max_size=8)),
        endpoint.conversation: [{"x": draw(_json)}],
    }
    if endpoint.streams:
        kept["stream"] = draw(st.booleans())
    options = draw(st.sampled_from([None, {}, {"include_usage": False}, {"x": 1, "include_usage": True}]))
    if options is not None:
        kept["stream_options"] = options
    for name in (*endpoint.caps, *endpoint.multiples, "background", "service_tier"):
        body.pop(name, None)
    members = list({**body, **kept}.items())
    ordered = dict(draw(st.permutations(members)))
    return json.dumps(ordered, **draw(_layouts)).encode("utf-8", "replace"), ordered


def _envelope(endpoint: Endpoint, body: bytes) -> Envelope:
    """Read an envelope, of a model that may stand in the path."""
    return face_of(endpoint).envelope_at(endpoint, body, "m", stream=False)


@_by_name
class TestOutbound:
    @settings(max_examples=20, deadline=None)
    @given(draw=st.data())
    def test_without_edits_it_is_the_body(self, endpoint: Endpoint, draw: st.DataObject) -> None:
        """The same object."""
        body, _ = draw.draw(_bodies(endpoint))
        face = face_of(endpoint)

        assert face.outbound(_envelope(endpoint, body), NO_EDITS) is body

    @settings(max_examples=40, deadline=None)
    @given(draw=st.data())
    def test_with_edits_only_those_members_differ(self, endpoint: Endpoint, draw: st.DataObject) -> None:
        """Every other member keeps its bytes and its place."""
        body, members = draw.draw(_bodies(endpoint))
        face = face_of(endpoint)
        envelope = _envelope(endpoint, body)
        out = face.outbound(envelope, Edits(model="mapped", include_usage=True))
        assert isinstance(out, bytes)
        before, after = members_of(body), members_of(out)
        asks = envelope.stream and endpoint.usage_option
        edited = {"model", "stream_options"} if asks else {"model"}

        assert json.loads(out)["model"].removeprefix("models/") == "mapped"
        assert not has_repeats(out, after)
        assert [name for name in after if name in before] == list(members)
        assert all(bytes(after[name]) == bytes(before[name]) for name in before if name not in edited)
        assert not asks or json.loads(out)["stream_options"]["include_usage"] is True


class TestRepeats:
    @settings(max_examples=150, deadline=None)
    @given(
        pairs=st.lists(st.tuples(_names, _json), max_size=5),
        space=st.sampled_from(["", " ", "\n  ", "\t"]),
        ascii_only=st.booleans(),
    )
    def test_the_length_rule_agrees_with_counting(
        self, pairs: list[tuple[str, Any]], space: str, *, ascii_only: bool
    ) -> None:
        """An independent reader counts the names."""
        inner = f",{space}".join(
            f"{json.dumps(name, ensure_ascii=ascii_only)}{space}:{space}{json.dumps(value)}"
            for name, value in pairs
        )
        text = f"{space}{{{space}{inner}{space}}}{space}".encode("utf-8", "surrogatepass")
        names = [name for name, _ in pairs]

        assert has_repeats(text, members_of(text)) == (len(set(names)) < len(names))


class TestGarbage:
    @settings(max_examples=150, deadline=None)
    @given(
        endpoint=_endpoints,
        body=st.one_of(st.binary(max_size=200), _json.map(lambda v: json.dumps(v).encode())),
    )
    def test_a_request_of_anything_is_read_or_refused(self, endpoint: Endpoint, body: bytes) -> None:
        """Nothing else is raised, and estimates never fail."""
        estimate_input_tokens(body)
        input_bound(body)
        try:
            _envelope(endpoint, body)
        except InvalidRequest:
            return

    @settings(max_examples=150, deadline=None)
    @given(
        endpoint=_endpoints,
        status=st.integers(300, 599),
        body=st.one_of(
            st.binary(max_size=200),
            st.dictionaries(_names, _json, max_size=4).map(lambda v: json.dumps(v).encode()),
            st.dictionaries(st.sampled_from(["code", "type", "message", "details"]), _json).map(
                lambda v: json.dumps({"error": v}).encode()
            ),
        ),
    )
    def test_an_answer_of_anything_is_judged(self, endpoint: Endpoint, status: int, body: bytes) -> None:
        """Read as an answer and as an error, and said again in every dialect."""
        face = face_of(endpoint)
        face.read_json(endpoint, body)
        face.text_tokens(body)
        error = face.read_error(status, [(b"retry-after", body[:9])], body)

        assert isinstance(error, UpstreamError)
        for other in FACES.values():
            rendered = other.error(error, "r")
            assert 400 <= rendered.status < 600
            assert json.loads(rendered.body)["error"]["message"]
            assert other.error_event(error, "r").endswith((b"\n\n", b"\r\n\r\n"))
