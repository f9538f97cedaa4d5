"""Which models there are: those that are spoken of, and those that are served."""

import pytest

from oblivious.channels.tables import Model
from oblivious.gateway.routes.admin.model_shown import Catalogue, Serving, listed_models


def counts(said: list[str], *channels: Serving) -> dict[str, tuple[int, int]]:
    """Return how many channels serve each model, and how many of them are on."""
    catalogue = Catalogue([Model(id=7, name=name) for name in said], channels)
    return {one.name: (one.channels, one.channels_on) for one in listed_models(catalogue)}


@pytest.mark.parametrize(
    ("said", "channels", "told"),
    [
        pytest.param([], [], {}, id="nothing at all"),
        pytest.param(["a"], [], {"a": (0, 0)}, id="only spoken of"),
        pytest.param(
            [], [Serving(["a"], on=True), Serving(["a"], on=False)], {"a": (2, 1)}, id="only served"
        ),
        pytest.param(["gpt-4"], [Serving(["gpt*"], on=True)], {"gpt-4": (1, 1)}, id="served by a pattern"),
        pytest.param([], [Serving(["gpt*"], on=True)], {}, id="a pattern alone names nothing"),
        pytest.param(
            [], [Serving(["gpt-4", "gpt*"], on=True)], {"gpt-4": (1, 1)}, id="a channel counts once"
        ),
    ],
)
def test_models_are_counted(
    said: list[str], channels: list[Serving], told: dict[str, tuple[int, int]]
) -> None:
    """Each name once."""
    assert counts(said, *channels) == told
