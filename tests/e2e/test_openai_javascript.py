"""OpenAI's own SDK for JavaScript, as npm gives it: it reads our streams, and models of any dialect."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT, COHERE_ONLY, GEMINI_ONLY, OLLAMA_CLOUD, faulty

CROSSED = [ANTHROPIC_ONLY, GEMINI_ONLY, OLLAMA_CLOUD, COHERE_ONLY]


def test_streams(gateway: Gateway, javascript: Path) -> None:
    """Chat, its accumulating helper, responses, a stream that breaks off, a model that is not there."""
    command = [
        "node",
        str(javascript / "streaming.js"),
        f"{gateway.url}/v1",
        gateway.key,
        CHAT,
        faulty("cut-mid-3"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    saw: dict[str, Any] = json.loads(done.stdout)

    assert saw["chat"] == {"text": STATEMENT, "tokens": 18}
    assert saw["helper"] == STATEMENT
    assert saw["responses"] == {"text": STATEMENT, "last": "response.completed"}
    assert saw["broken"] == {
        "text": "This is Oblivious'",
        "error": "APIError",
        "code": "upstream_broke_off",
    }
    assert saw["refused"] == {"error": "NotFoundError", "code": "model_not_found"}


Saw = dict[str, dict[str, dict[str, dict[str, Any]]]]


@pytest.fixture(scope="module")
def saw(embedded: Gateway, javascript: Path) -> Saw:
    """What the program saw: by model, whole and streamed, by endpoint."""
    command = ["node", str(javascript / "crossing.js"), f"{embedded.url}/v1", embedded.key, ",".join(CROSSED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    found: Saw = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
@pytest.mark.parametrize("how", ["json", "stream"])
@pytest.mark.parametrize("model", CROSSED)
def test_crosses(saw: Saw, model: str, how: str, endpoint: str) -> None:
    """Words, thoughts, a call, and the words after its result, whatever dialect the model is served in."""
    assert saw[model][how][endpoint] == {
        "text": STATEMENT,
        "thought": THOUGHT,
        "call": ["get_weather", {"city": "demo"}],
        "after": STATEMENT,
    }
