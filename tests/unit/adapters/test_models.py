import json

import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.adapters.models import ModelCard, model_page, models_page

_CARDS = [ModelCard("a/b", 1_700_000_000, "openai"), ModelCard("c", 1_700_000_001, "demo")]


class TestModelsPage:
    def test_openai_clients_get_openai_models(self) -> None:
        """`created` is a number and `owned_by` is there."""
        page = json.loads(models_page(_CARDS, OPENAI_CHAT))

        assert page["object"] == "list"
        assert page["data"][0] == {
            "id": "a/b",
            "object": "model",
            "created": 1_700_000_000,
            "owned_by": "openai",
        }

    def test_anthropic_clients_get_anthropic_models(self) -> None:
        """One page, with its first and last id."""
        page = json.loads(models_page(_CARDS, ANTHROPIC))

        assert (page["has_more"], page["first_id"], page["last_id"]) == (False, "a/b", "c")
        assert page["data"][1] == {
            "type": "model",
            "id": "c",
            "display_name": "c",
            "created_at": "2023-11-14T22:13:21Z",
            "lifecycle": "active",
        }

    @pytest.mark.parametrize("dialect", [ANTHROPIC, OPENAI_CHAT])
    def test_no_models_is_an_empty_page(self, dialect: str) -> None:
        """Not an error."""
        assert json.loads(models_page([], dialect))["data"] == []

    def test_one_model_has_the_shape_of_the_list(self) -> None:
        """`GET /v1/models/{id}`."""
        assert json.loads(model_page(_CARDS[0], OPENAI_CHAT))["id"] == "a/b"
