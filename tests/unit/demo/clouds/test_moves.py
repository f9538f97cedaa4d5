import msgspec
import pytest

from oblivious.demo.clouds import azure, vertex
from oblivious.demo.clouds.cloud import Move
from oblivious.demo.reply import Refusal, Reply, data_event
from oblivious.demo.wire.request import Request

PLACE = "/v1/projects/p/locations/eu"


def asked(path: str, body: object = None, **query: str) -> Request:
    return Request("POST", path, {}, msgspec.json.encode(body or {}), query=query)


def move(path: str) -> Move:
    found = azure.move(path) or vertex.move(path)
    assert found is not None
    return found


class TestMove:
    @pytest.mark.parametrize(
        ("path", "home"),
        [
            (f"{PLACE}/publishers/google/models/m:generateContent", "/v1beta/models/m:generateContent"),
            (f"{PLACE}/publishers/google/models/m:predict", "/v1beta/models/m:predict"),
            ("/v1beta1/publishers/google/models/m:countTokens", "/v1beta/models/m:countTokens"),
            (f"{PLACE}/publishers/anthropic/models/m@20250101:rawPredict", "/v1/messages"),
            (f"{PLACE}/publishers/anthropic/models/m:streamRawPredict", "/v1/messages"),
            (f"{PLACE}/publishers/anthropic/models/count-tokens:rawPredict", "/v1/messages/count_tokens"),
            (f"{PLACE}/endpoints/openapi/chat/completions", "/v1/chat/completions"),
            ("/openai/v1/responses", "/v1/responses"),
            ("/openai/responses", "/v1/responses"),
            ("/openai/deployments/d/chat/completions", "/v1/chat/completions"),
            ("/openai/deployments/d/embeddings", "/v1/embeddings"),
        ],
    )
    def test_every_path_has_one_at_home(self, path: str, home: str) -> None:
        """Where the vendor's own API has it."""
        assert move(path).path == home

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/chat/completions",
            "/v1beta/models/m:generateContent",
            "/v1/projects/{project}/locations/global/publishers/google/models/m:generateContent",
            "/openai/deployments/d/files",
        ],
    )
    def test_other_paths_stay(self, path: str) -> None:
        """A project that nobody filled in is none."""
        assert azure.move(path) is None
        assert vertex.move(path) is None


class TestChanges:
    def test_claude_has_its_model_and_its_stream_by_the_path(self) -> None:
        """The version of a model is no setting of the demo's."""
        path = f"{PLACE}/publishers/anthropic/models/m@20250101@length-3:streamRawPredict"
        home = move(path).change(asked(path, {"anthropic_version": "vertex-2023-10-16", "max_tokens": 9}))

        assert msgspec.json.decode(home.body) == {"max_tokens": 9, "model": "m@length-3", "stream": True}
        assert "anthropic-version" in home.headers

    @pytest.mark.parametrize(
        ("path", "body", "query", "told"),
        [
            ("publishers/anthropic/models/m:rawPredict", {}, {}, "anthropic_version"),
            (
                "publishers/anthropic/models/m:rawPredict",
                {"anthropic_version": "x", "model": "m"},
                {},
                "model",
            ),
            ("publishers/anthropic/models/count-tokens:rawPredict", {"anthropic_version": "x"}, {}, "model"),
            (
                "publishers/anthropic/models/m:rawPredict",
                {"anthropic_version": "x"},
                {"beta": "true"},
                "beta",
            ),
            (
                "publishers/anthropic/models/m:rawPredict",
                {"anthropic_version": "x", "messages": [{"content": [{"source": {"type": "url"}}]}]},
                {},
                "messages",
            ),
            ("publishers/google/models/m:generateContent", {"store": True}, {}, "store"),
            ("publishers/google/models/m:generateContent", {"contents": [{}]}, {}, "contents.role"),
            ("publishers/google/models/text-embedding-005:embedContent", {}, {}, "model"),
        ],
        ids=[
            "no version",
            "a model",
            "no model to count for",
            "a parameter",
            "a URL",
            "store",
            "nobody's words",
            "a method that the model lacks",
        ],
    )
    def test_google_refuses_what_it_does_not_know(
        self, path: str, body: object, query: dict[str, str], told: str
    ) -> None:
        """By the name of the field."""
        request = asked(f"{PLACE}/{path}", body, **query)
        with pytest.raises(Refusal) as caught:
            move(request.path).change(request)

        assert caught.value.failure.param == told

    def test_a_deployment_is_a_model(self) -> None:
        """Whatever the body says."""
        request = asked("/openai/deployments/d/completions", {"model": "x"}, **{"api-version": "2024-10-21"})

        assert msgspec.json.decode(move(request.path).change(request).body) == {"model": "d"}

    def test_a_stream_of_chat_begins_with_what_the_filter_found(self) -> None:
        """A whole answer does not."""
        event = data_event({"choices": [{}]})
        after = move("/openai/deployments/d/chat/completions").after

        assert b"prompt_filter_results" in after(Reply(events=(event,))).events[0].data
        assert after(Reply(b"{}")) == Reply(b"{}")
