"""An answer in the other form than was asked for says the same, in whatever dialects it comes and goes."""

import msgspec
import pytest

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.reshaping import Gathering, retold
from oblivious.adapters.dialects.ways import TranslatedWay
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from tests.contract.translation.cells import Exchanged, answered, exchanged, heard_by, streamed
from tests.contract.translation.features import FEATURES, Feature, ask
from tests.contract.translation.folding import events_of, folded
from tests.contract.translation.peers.table import PEERS

PAIRS = [(client, upstream) for client in CLIENTS for upstream in UPSTREAMS]
ANSWERED = [feature for feature in FEATURES if feature.answer is not None]
_CHUNK = 7


@pytest.mark.parametrize("feature", ANSWERED, ids=lambda feature: feature.name)
@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
class TestTheOtherForm:
    def test_a_stream_becomes_the_answer_that_it_tells(
        self, client: str, upstream: str, feature: Feature
    ) -> None:
        """Where none was asked for."""
        assert feature.answer is not None
        way = _asked(client, upstream, feature)
        encoder = PEERS[upstream].encoder(way.seen)
        sent = b"".join(encoder.feed(event) for event in events_of(feature.answer))
        gathering = Gathering(_way(client, upstream, way))
        for at in range(0, len(sent), _CHUNK):
            gathering.stream.feed(sent[at : at + _CHUNK])
        gathering.stream.finish()
        said, body = gathering.whole()

        assert said.error is None
        assert feature.heard(_read(client, body)) == feature.heard(
            streamed(client, upstream, feature.answer, way)
        )

    def test_an_answer_becomes_the_stream_that_it_might_have_been(
        self, client: str, upstream: str, feature: Feature
    ) -> None:
        """Where one was asked for."""
        assert feature.answer is not None
        way = _asked(client, upstream, feature)
        sent = PEERS[upstream].write_response(feature.answer, way.seen)
        stream = retold(_way(client, upstream, way))
        assert stream.feed(sent[:40]) + stream.feed(sent[40:]) == b""
        down = stream.finish()

        assert stream.error is None
        assert stream.ended
        assert feature.heard(folded(heard_by(client, down))) == feature.heard(
            answered(client, upstream, feature.answer, way)
        )


def _asked(client: str, upstream: str, feature: Feature) -> Exchanged:
    """Ask for nothing special: who would refuse the feature could still answer so."""
    return exchanged(client, upstream, msgspec.structs.replace(ask(), stream=True))


def _way(client: str, upstream: str, way: Exchanged) -> TranslatedWay:
    return TranslatedWay(
        FACES[client], CLIENTS[client], way.client_plan, UPSTREAMS[upstream], way.upstream_plan
    )


def _read(client: str, body: bytes) -> ChatResponse:
    read = UPSTREAMS[client].read_response(body, UpstreamPlan())
    assert isinstance(read, ChatResponse), read
    return read
