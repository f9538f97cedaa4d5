"""OpenAI's own SDK for JavaScript, as npm gives it, reads our streams."""

import json
import subprocess
from pathlib import Path
from typing import Any

from oblivious.demo.words import STATEMENT
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT, faulty


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
