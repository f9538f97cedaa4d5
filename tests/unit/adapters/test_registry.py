import pytest

from oblivious.adapters.registry import ENDPOINTS, FACES, PROVIDERS, UPSTREAMS, endpoint_at, face_of


class TestEndpointAt:
    @pytest.mark.parametrize(
        ("path", "dialect"),
        [
            ("chat/completions", "openai_chat"),
            ("completions", "openai_chat"),
            ("embeddings", "openai_chat"),
            ("moderations", "openai_chat"),
            ("responses", "openai_responses"),
            ("messages", "anthropic"),
            ("messages/count_tokens", "anthropic"),
        ],
    )
    def test_a_path_leads_to_its_face(self, path: str, dialect: str) -> None:
        """Every endpoint of a dialect shares one face."""
        endpoint = endpoint_at(path)

        assert endpoint is not None
        assert face_of(endpoint) is FACES[dialect]

    @pytest.mark.parametrize(("path", "method"), [("nothing", "POST"), ("messages", "GET")])
    def test_other_paths_and_methods_lead_nowhere(self, path: str, method: str) -> None:
        """The caller says 404 or 405."""
        assert endpoint_at(path, method) is None

    def test_names_are_unique(self) -> None:
        """Usage rows and metrics go by them."""
        assert len({endpoint.name for endpoint in ENDPOINTS}) == len(ENDPOINTS)


class TestProviders:
    @pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.name)
    def test_a_row_is_complete(self, provider: object) -> None:
        """It speaks dialects that exist, and says where that was read."""
        row = PROVIDERS[getattr(provider, "name", "")]

        assert row.speaks.keys() <= UPSTREAMS.keys()
        assert row.auth.keys() <= row.speaks.keys()
        assert row.source
