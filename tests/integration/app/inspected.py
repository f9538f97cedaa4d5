"""An installation that commands look at."""

from oblivious.app.settings import Settings, load_settings
from tests.installation import Installation

MODEL = "gpt-4o"
ASK_CHANNELS, ASK_ROUTES = "GET /api/v1/channels/ID/health", "POST /api/v1/routes/explain"
"""Where commands say that gateways are asked."""

ADD = ("channel", "add", "--provider", "openai", "--models", MODEL)


def furnish(installation: Installation) -> None:
    """Add a channel with two keys and a limit, and one that stands behind it."""
    installation.do(
        *ADD, "--name", "eu", "--api-key", "sk-1", "--api-key", "sk-2", "--rpm", "1", "--priority", "1"
    )
    installation.do(*ADD, "--name", "us", "--api-key", "sk-3")


def settings_of(installation: Installation) -> Settings:
    """Return what the installation's commands read."""
    env = installation.env
    return load_settings(
        data_dir=env["OBLIVIOUS_DATA_DIR"],
        secret_key=env["OBLIVIOUS_SECRET_KEY"],
        database_url=env.get("OBLIVIOUS_DATABASE_URL"),
        redis_url=env.get("OBLIVIOUS_REDIS_URL"),
    )
