"""OpenAI's own SDK for JavaScript, as npm gives it, reads our streams."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from oblivious.demo.words import STATEMENT
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT, faulty

_PROGRAM = Path(__file__).parent / "js"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with its pinned SDK beside it."""
    npm = shutil.which("npm")
    if npm is None:
        _missing("no npm on the PATH")
    folder = tmp_path_factory.mktemp("js")
    shutil.copytree(_PROGRAM, folder, dirs_exist_ok=True)
    command = [str(npm), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=90)  # noqa: S603 - npm
    if done.returncode:
        _missing(f"npm could not install it: {done.stderr[-500:]}")
    return folder / "streaming.js"


def test_streams(gateway: Gateway, program: Path) -> None:
    """Chat, its accumulating helper, responses, a stream that breaks off, a model that is not there."""
    command = ["node", str(program), f"{gateway.url}/v1", gateway.key, CHAT, faulty("cut-mid-3")]
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


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"did not run: {reason}", pytrace=False)
    pytest.skip(f"did not run: {reason}")
