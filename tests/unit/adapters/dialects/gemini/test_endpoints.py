import pytest

from oblivious.adapters.dialects.gemini.endpoints import ACTIONS, GENERATE_CONTENT, path_of


class TestPathOf:
    @pytest.mark.parametrize(
        ("action", "model", "path"),
        [
            ("generateContent", "gemini-3.8-flash", "models/gemini-3.8-flash:generateContent"),
            ("streamGenerateContent", "m", "models/m:streamGenerateContent"),
            ("countTokens", "m", "models/m:countTokens"),
            ("embedContent", "m", "models/m:embedContent"),
            ("batchEmbedContents", "m", "models/m:batchEmbedContents"),
            ("generateContent", "google/gemma-3:free", "models/google/gemma-3:free:generateContent"),
            ("countTokens", "models/m", "models/m:countTokens"),
            ("generateContent", "tunedModels/m", "tunedModels/m:generateContent"),
            ("generateContent", "a b?c#d", "models/a%20b%3Fc%23d:generateContent"),
        ],
    )
    def test_the_model_and_the_action_stand_in_the_path(self, action: str, model: str, path: str) -> None:
        """No model's name can say more than a name."""
        endpoint, stream = ACTIONS[action]

        assert path_of(endpoint, model, stream=stream) == path

    def test_two_actions_are_one_endpoint(self) -> None:
        """A stream is the same request, asked for otherwise."""
        assert ACTIONS["generateContent"].endpoint is ACTIONS["streamGenerateContent"].endpoint
        assert GENERATE_CONTENT.streams
