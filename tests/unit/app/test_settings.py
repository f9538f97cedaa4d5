"""What may be set together, and what a wrong setting is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from oblivious.app.settings import Mode, load_settings

POSTGRES = {"database_url": "postgresql+asyncpg://u:p@db/x"}
REDIS = {"redis_url": "redis://r"}
AMQP = {"amqp_url": "amqp://q"}
SECRET = {"secret_key": "s" * 32}


@pytest.fixture(autouse=True)
def _nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env file of a developer's."""
    monkeypatch.chdir(tmp_path)


def told(given: Mapping[str, object]) -> str:
    with pytest.raises(ValidationError) as refused:
        load_settings(**given)
    return str(refused.value.errors()[0]["msg"])


class TestTogether:
    @pytest.mark.parametrize(
        ("given", "mode"),
        [
            pytest.param({}, Mode.EMBEDDED, id="nothing"),
            pytest.param({"database_url": "sqlite+aiosqlite:///x"}, Mode.EMBEDDED, id="another SQLite file"),
            pytest.param(POSTGRES | REDIS | SECRET, Mode.DIRECT, id="PostgreSQL and Redis"),
            pytest.param(POSTGRES | REDIS | AMQP | SECRET, Mode.BUS, id="all three"),
            pytest.param(POSTGRES | REDIS | SECRET | {"workers": 8}, Mode.DIRECT, id="many workers"),
        ],
    )
    def test_what_fits_makes_a_mode(self, given: dict[str, object], mode: Mode) -> None:
        """There are three ways to run it."""
        assert load_settings(**given).mode is mode

    @pytest.mark.parametrize(
        ("given", "advice"),
        [
            pytest.param({"workers": 2}, "OBLIVIOUS_REDIS_URL and a postgres", id="workers alone"),
            pytest.param(POSTGRES | SECRET, "OBLIVIOUS_REDIS_URL", id="PostgreSQL alone"),
            pytest.param(REDIS | SECRET, "PostgreSQL OBLIVIOUS_DATABASE_URL", id="Redis alone"),
            pytest.param(AMQP | SECRET, "needs OBLIVIOUS_REDIS_URL", id="a broker alone"),
            pytest.param(POSTGRES | REDIS, "openssl rand -hex 32", id="no secret to share"),
            pytest.param(
                {"database_url": "postgresql://u:p@db/x"} | REDIS | SECRET,
                "must start with postgresql+asyncpg://",
                id="another driver",
            ),
            pytest.param(
                {"probe_first_seconds": 60, "probe_most_seconds": 59},
                "OBLIVIOUS_PROBE_FIRST_SECONDS must not be above",
                id="a first pause longer than the longest",
            ),
            pytest.param({"notify_url": "ftp://hook"}, "http:// or https://", id="no webhook"),
            pytest.param(
                {"journal_bytes": 32 * 2**20}, "3 times OBLIVIOUS_JOURNAL_SEGMENT_BYTES", id="a small journal"
            ),
        ],
    )
    def test_what_does_not_fit_is_told_what_to_do(self, given: dict[str, object], advice: str) -> None:
        """The message names the setting to change."""
        assert advice in told(given)


class TestEach:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("port", 0),
            ("port", 65_536),
            ("workers", 0),
            ("drain_seconds", 0),
            ("on_state_loss", "guess"),
            ("log_format", "xml"),
            ("log_level", "loud"),
            ("spool_bytes", 1),
            ("lease_seconds", 1),
            ("total_seconds", 0),
            ("trusted_proxies", "10.0.0.0/99"),
        ],
    )
    def test_what_is_out_of_bounds_is_refused(self, name: str, value: object) -> None:
        """At start, not at the first request."""
        with pytest.raises(ValidationError) as refused:
            load_settings(**{name: value})
        assert refused.value.errors()[0]["loc"] == (name,)

    def test_the_environment_is_read_and_the_command_line_wins(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is not given on it says nothing."""
        monkeypatch.setenv("OBLIVIOUS_PORT", "9000")
        monkeypatch.setenv("OBLIVIOUS_HOST", "::1")

        settings = load_settings(port=9001, host=None)

        assert (settings.port, settings.host) == (9001, "::1")

    def test_an_empty_variable_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As compose files leave them."""
        monkeypatch.setenv("OBLIVIOUS_REDIS_URL", "")
        monkeypatch.setenv("OBLIVIOUS_PORT", "")

        assert load_settings().port == 8400

    def test_a_file_says_the_same(self, tmp_path: Path) -> None:
        """For those who keep them there."""
        (tmp_path / ".env").write_text("OBLIVIOUS_PORT=9002\nSOMETHING_ELSE=1\n")

        assert load_settings().port == 9002

    def test_lists_are_separated_by_commas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With or without spaces."""
        monkeypatch.setenv("OBLIVIOUS_TRUSTED_PROXIES", "10.0.0.0/8, ::1,")
        monkeypatch.setenv("OBLIVIOUS_CORS_ORIGINS", "https://a.test,https://b.test")

        settings = load_settings()

        assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
        assert settings.cors_origins == ("https://a.test", "https://b.test")

    def test_no_secret_is_shown(self) -> None:
        """Whoever prints the settings."""
        shown = repr(
            load_settings(
                **POSTGRES, **REDIS, **SECRET, admin_password="pass-1", retired_secret_keys=("old-secret",)
            )
        )

        assert "s" * 32 not in shown
        assert "pass-1" not in shown
        assert "old-secret" not in shown


class TestPlaces:
    def test_everything_is_below_the_data_folder(self, tmp_path: Path) -> None:
        """One folder to back up, and to mount."""
        settings = load_settings(data_dir=tmp_path)

        assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/oblivious.sqlite"
        assert settings.journal_root == tmp_path / "journal"
        assert settings.metrics_root == tmp_path / "metrics"
