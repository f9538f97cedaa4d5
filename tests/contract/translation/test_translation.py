"""Every client's dialect by every upstream's, feature by feature, whole and streamed."""

import pytest

from oblivious.adapters.registry import CLIENTS, NEAREST, UPSTREAMS
from tests.contract.translation.broken import BROKEN
from tests.contract.translation.cells import verdict
from tests.contract.translation.features import FEATURES, Feature
from tests.contract.translation.matrix import HOW, PAGE, page

PAIRS = [(client, upstream) for client in CLIENTS for upstream in UPSTREAMS]


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_a_feature_crosses_or_it_is_known_how(
    client: str, upstream: str, feature: Feature, *, stream: bool
) -> None:
    """Nothing changes in silence, and nothing breaks."""
    found = verdict(client, upstream, feature, stream=stream)

    assert found in {"kept", "refused", "unsayable"} or (feature.name, upstream) in HOW


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_what_fails_is_told(client: str, upstream: str, broken: str, *, stream: bool) -> None:
    """As an error, after all that came before it, and never as an end."""
    assert BROKEN[broken](client, upstream, stream=stream) == "kept"


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_is_sayable_somewhere(feature: Feature) -> None:
    """Or it is no feature."""
    assert any(verdict(one, one, feature, stream=False) == "kept" for one in CLIENTS)


def test_the_page_is_true() -> None:
    """`python -m tests.contract.translation.matrix` writes it anew."""
    assert PAGE.read_text() == page()


def test_every_dialect_reaches_every_other() -> None:
    """The nearest one first, itself."""
    assert NEAREST.keys() == CLIENTS.keys()
    assert all(set(order) == UPSTREAMS.keys() and order[0] == name for name, order in NEAREST.items())
