"""Every client that wants embeddings by every upstream that makes them, feature by feature."""

import pytest

from oblivious.adapters.embeddings.table import EMBEDDING_CLIENTS, EMBEDDING_UPSTREAMS, NEAREST_EMBEDDINGS
from tests.contract.translation.embedding_cells import FEATURES, UPSTREAMS, Feature, Upstream, verdict
from tests.contract.translation.embedding_matrix import HOW, word

PAIRS = [(client, upstream) for client in EMBEDDING_CLIENTS for upstream in UPSTREAMS]


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
@pytest.mark.parametrize(
    ("client", "upstream"), PAIRS, ids=lambda one: one if isinstance(one, str) else one.name
)
def test_a_feature_crosses_or_it_is_known_how(client: str, upstream: Upstream, feature: Feature) -> None:
    """Nothing changes in silence, and nothing breaks."""
    found = "kept" if upstream.keeps(client) else verdict(client, upstream, feature)

    assert found in {"kept", "refused", "unsayable"} or (feature.name, upstream.name) in HOW


def test_every_dialect_with_embeddings_is_tried() -> None:
    """A new one cannot be added without."""
    assert {upstream.dialect for upstream in UPSTREAMS} == EMBEDDING_UPSTREAMS.keys()


def test_every_client_reaches_every_upstream() -> None:
    """The nearest one first, its own."""
    assert NEAREST_EMBEDDINGS.keys() == EMBEDDING_CLIENTS.keys()
    for name, order in NEAREST_EMBEDDINGS.items():
        assert set(order) == EMBEDDING_UPSTREAMS.keys()
        assert order[0] == name


def test_every_way_to_change_is_one() -> None:
    """An explanation that nobody needs is out of date."""
    needed = {
        (feature.name, upstream.name)
        for client, upstream in PAIRS
        for feature in FEATURES
        if not upstream.keeps(client) and verdict(client, upstream, feature) == "changed"
    }
    assert HOW.keys() == needed


def test_only_one_text_goes_to_models_of_amazons() -> None:
    """The one refusal that every client may meet."""
    many = next(feature for feature in FEATURES if feature.name == "many texts")
    words = {upstream.name: word("gemini", upstream, many) for upstream in UPSTREAMS}

    assert [name for name, found in words.items() if found == "refused"] == [
        "bedrock, Titan 2",
        "bedrock, Nova",
    ]
