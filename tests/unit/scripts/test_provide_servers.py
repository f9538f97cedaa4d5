"""Which packages are installed for the tests, and that installing starts nothing."""

import stat
from pathlib import Path

import pytest

from scripts.provide_servers import NEEDS, missing, no_service_starts


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for need in NEEDS:
        if need.unless:
            monkeypatch.delenv(need.unless, raising=False)


class TestMissing:
    def test_a_bare_machine_lacks_all(self, tmp_path: Path) -> None:
        """Every package is asked for by the file that shows it."""
        assert missing(tmp_path) == [need.package for need in NEEDS]

    def test_what_is_there_is_not_installed_again(self, tmp_path: Path) -> None:
        """Any version of PostgreSQL will do."""
        initdb = tmp_path / "usr/lib/postgresql/15/bin/initdb"
        initdb.parent.mkdir(parents=True)
        initdb.touch()

        assert "postgresql" not in missing(tmp_path)

    def test_a_named_server_needs_no_package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who names a server wants that one."""
        monkeypatch.setenv("OBLIVIOUS_TEST_REDIS_URL", "redis://elsewhere")

        assert "redis-server" not in missing(tmp_path)


class TestNoServiceStarts:
    def test_the_policy_refuses_and_goes(self, tmp_path: Path) -> None:
        """Where there was no policy there is none after."""
        policy = tmp_path / "policy-rc.d"
        with no_service_starts(policy):
            assert "exit 101" in policy.read_text()
            assert policy.stat().st_mode & stat.S_IXUSR

        assert not policy.exists()

    def test_a_policy_that_was_there_comes_back(self, tmp_path: Path) -> None:
        """Also when installing failed."""
        policy = tmp_path / "policy-rc.d"
        policy.write_text("theirs")
        policy.chmod(0o700)
        with pytest.raises(OSError, match="failed"), no_service_starts(policy):
            raise OSError("failed")

        assert policy.read_text() == "theirs"
        assert stat.S_IMODE(policy.stat().st_mode) == 0o700
