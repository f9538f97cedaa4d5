"""Vercel's AI SDK, as npm gives it: each of its provider objects at models served in every dialect."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT_ONLY, GEMINI_ONLY, OPENAI_ONLY, crossed

SERVED = [CHAT_ONLY, OPENAI_ONLY, ANTHROPIC_ONLY, GEMINI_ONLY]
WITH_SCHEMAS = [ANTHROPIC_ONLY, GEMINI_ONLY]
"""Where the demo heeds a schema for its answer."""

ABSENT = "no-such-model"
BROKEN = [crossed("cut-mid-3", ANTHROPIC), crossed("cut-mid-3", OPENAI_CHAT)]
PROVIDERS = ["chat", "responses", "anthropic", "google", "compatible"]
THINKING = PROVIDERS[1:]
"""Those that show thoughts; the SDK's object for OpenAI's chat leaves them out."""

CALLED = {
    "finishes": ["tool-calls", "stop"],
    "calls": [["get_weather", {"city": "demo"}]],
    "results": ["sunny in demo"],
    "text": STATEMENT,
}

Saw = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def saw(embedded: Gateway, javascript: Path) -> Saw:
    """What the program saw: by provider object, by model, generated and streamed."""
    models = [",".join(SERVED), ",".join([ABSENT, *BROKEN])]
    command = ["node", str(javascript / "vercel.js"), embedded.url, embedded.key, *models]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    found: Saw = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("how", ["generated", "streamed"])
@pytest.mark.parametrize("model", SERVED)
class TestWherever:
    """Whatever dialect the model is served in."""

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_text(self, saw: Saw, provider: str, model: str, how: str) -> None:
        """The words, why they end, and what they cost."""
        assert saw[provider][model][how]["text"] == {"text": STATEMENT, "finish": "stop", "tokens": 18}

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_tools_round_trip(self, saw: Saw, provider: str, model: str, how: str) -> None:
        """The SDK makes the call, and the words come after its result."""
        assert saw[provider][model][how]["tool"] == {"thought": None, **CALLED}

    @pytest.mark.parametrize("provider", THINKING)
    def test_thoughts_over_three_turns(self, saw: Saw, provider: str, model: str, how: str) -> None:
        """They come beside the words, and what goes back up of them does no harm."""
        assert saw[provider][model][how]["thinking"] == 3 * [[THOUGHT, STATEMENT]]

    @pytest.mark.parametrize("provider", THINKING)
    def test_thoughts_before_a_call(self, saw: Saw, provider: str, model: str, how: str) -> None:
        """They go back up together with the call and its result."""
        assert saw[provider][model][how]["thoughtfulTool"] == {"thought": THOUGHT, **CALLED}


@pytest.mark.parametrize("how", ["generated", "streamed"])
@pytest.mark.parametrize("model", WITH_SCHEMAS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_object_of_a_schema(saw: Saw, provider: str, model: str, how: str) -> None:
    """However the provider object asks for it."""
    assert saw[provider][model][how]["object"] == {"city": "demo"}


@pytest.mark.parametrize("how", ["generated", "streamed"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_absent_model(saw: Saw, provider: str, how: str) -> None:
    """As the error that the SDK has for a status."""
    failure = saw[provider][ABSENT][how]

    assert (failure["error"], failure["status"]) == ("AI_APICallError", 404)
    assert ABSENT in failure["message"]


@pytest.mark.parametrize("model", BROKEN)
@pytest.mark.parametrize("provider", ["chat", "responses", "anthropic", "google", "compatible"])
def test_an_answer_that_breaks_off(saw: Saw, provider: str, model: str) -> None:
    """As a status before the answer has begun, and as an error of the stream after that."""
    whole, stream = saw[provider][model]["generated"], saw[provider][model]["streamed"]

    assert (whole["error"], whole["status"]) == ("AI_APICallError", 502)
    assert stream["error"] == "AI_StreamProviderError"
    assert stream["message"] == whole["message"]
