"""What several of these tests need."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from google import genai

from tests.gateways.answers import google_client
from tests.gateways.clouds import Clouds, with_clouds
from tests.gateways.gateway import Gateway

_PROGRAMS = Path(__file__).parent / "js"


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs in JavaScript, with their pinned packages beside them."""
    npm = shutil.which("npm")
    if npm is None:
        _missing("no npm on the PATH")
    folder = tmp_path_factory.mktemp("js")
    shutil.copytree(_PROGRAMS, folder, dirs_exist_ok=True)
    command = [str(npm), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=200)  # noqa: S603 - npm
    if done.returncode:
        _missing(f"npm could not install them: {done.stderr[-500:]}")
    return folder


@pytest.fixture
async def gemini(gateway: Gateway) -> AsyncIterator[genai.client.AsyncClient]:
    """Google's own client, which never tries again."""
    async with google_client(gateway.url, gateway.key) as client:
        yield client


@pytest.fixture(scope="session")
def clouds(embedded: Gateway) -> Clouds:
    """The embedded gateway, with channels of clouds."""
    return with_clouds(embedded)


def _missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"did not run: {reason}", pytrace=False)
    pytest.skip(f"did not run: {reason}")
