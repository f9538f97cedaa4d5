"""Installations for commands."""

import shutil
from pathlib import Path

import pytest

from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions
from tests.installation import Installation, installed
from tests.integration.app.declared_house import DeclaredHouse, opened_house


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, migrated database, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    with installed(folder):
        return folder / "var"


@pytest.fixture
def installation(tmp_path: Path, migrated: Path) -> Installation:
    """An installation without anything in it, and with a provider's key in its environment."""
    shutil.copytree(migrated, tmp_path / "var")
    installation = Installation(tmp_path)
    installation.env["OPENAI_KEY"] = "sk-openai-0123456789"
    return installation


@pytest.fixture
async def house(maker: Sessions, secrets: Secrets) -> DeclaredHouse:
    """A database of each kind in turn, to which files are applied."""
    return await opened_house(maker, secrets)
