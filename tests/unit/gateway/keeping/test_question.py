"""What is asked: as little as can be, in words that the channel has."""

import msgspec
import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_RESPONSES
from oblivious.gateway.keeping.question import can_be_asked, question_for
from tests.fakes.road import channel


def asked(upstream: str, *, provider: str = "openai", stream: bool = False) -> tuple[str, dict[str, object]]:
    """Return the endpoint, and the body."""
    question = question_for(channel(1, provider=provider).to(upstream), "public", stream=stream)
    return question.endpoint.name, msgspec.json.decode(question.body)


class TestQuestionFor:
    @pytest.mark.parametrize(
        ("provider", "cap"), [("openai", "max_completion_tokens"), ("groq", "max_tokens")]
    )
    def test_a_model_that_chats_says_sixteen_tokens_at_most(self, provider: str, cap: str) -> None:
        """The limit goes by the provider's name of it."""
        name, body = asked("gpt-4o-mini", provider=provider)

        assert name == "chat_completions"
        assert body == {"model": "public", "messages": [{"role": "user", "content": "hi"}], cap: 16}

    def test_a_stream_is_asked_for_if_it_is_wanted(self) -> None:
        """And only then."""
        assert asked("gpt-4o-mini", stream=True)[1]["stream"] is True

    @pytest.mark.parametrize(
        "model",
        [
            "text-embedding-3-small",
            "gemini-embedding-001",
            "embed-v4.0",
            "amazon.titan-embed-text-v2:0",
            "nomic-embed-text",
            "BAAI/bge-m3",
            "intfloat/e5-mistral-7b-instruct",
            "Alibaba-NLP/gte-large-en-v1.5",
            "voyage-3.5",
            "all-minilm-l6-v2",
        ],
    )
    def test_a_model_that_makes_vectors_is_asked_for_one(self, model: str) -> None:
        """Its name tells, whoever calls it otherwise."""
        assert asked(model) == ("embeddings", {"model": "public", "input": "hi"})

    @pytest.mark.parametrize("model", ["gpt-5.1", "claude-opus-4-5", "deepseek-chat", "glm-4.6", "qwen3-max"])
    def test_every_other_one_chats(self, model: str) -> None:
        """Letters that happen to stand in a name do not count."""
        assert asked(model)[0] == "chat_completions"


class TestCanBeAsked:
    @pytest.mark.parametrize(
        ("dialect", "model", "able"),
        [
            (ANTHROPIC, "claude-opus-4-5", True),
            (ANTHROPIC, "text-embedding-3-small", False),
            (OPENAI_RESPONSES, "text-embedding-3-small", False),
            (GEMINI, "gemini-embedding-001", True),
        ],
    )
    def test_vectors_are_not_made_in_every_dialect(
        self,
        dialect: str,
        model: str,
        able: bool,  # noqa: FBT001 - what is expected
    ) -> None:
        """Chat is."""
        assert can_be_asked(channel(1, dialect=dialect).to(model), "public") is able
