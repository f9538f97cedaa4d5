"""The secret key of an installation that nobody gave one."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oblivious.app.secret import installation_secrets
from oblivious.app.settings import load_settings


class TestInstallationSecrets:
    def test_it_is_made_once_and_kept(self, tmp_path: Path) -> None:
        """What it encrypted can be read after a restart."""
        settings = load_settings(data_dir=tmp_path / "not" / "yet")

        first, second = installation_secrets(settings), installation_secrets(settings)

        assert second.decrypt(first.encrypt("a channel key")) == "a channel key"

    def test_only_its_owner_may_read_it_and_nothing_else_is_left(self, tmp_path: Path) -> None:
        """The folder may be open to others."""
        installation_secrets(load_settings(data_dir=tmp_path))

        (path,) = tmp_path.iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(path.read_text()) == 64

    def test_of_many_who_make_it_at_once_all_get_the_same(self, tmp_path: Path) -> None:
        """`migrate` and `serve` may meet at the first start."""
        settings = load_settings(data_dir=tmp_path)
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: installation_secrets(settings).key_id, range(32)))

        assert len(set(made)) == 1

    def test_a_given_one_wins_and_makes_no_file(self, tmp_path: Path) -> None:
        """All gateways of an installation share it."""
        given = "g" * 32

        here = installation_secrets(load_settings(data_dir=tmp_path / "a", secret_key=given))
        there = installation_secrets(load_settings(data_dir=tmp_path / "b", secret_key=given))

        assert here.key_id == there.key_id
        assert list(tmp_path.iterdir()) == []


@pytest.fixture(autouse=True)
def _nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env file of a developer's."""
    monkeypatch.chdir("/")
