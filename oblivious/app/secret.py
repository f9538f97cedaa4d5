"""Where the installation's secret key comes from."""

import os
import secrets
from pathlib import Path

from oblivious.app.settings import Mode, Settings
from oblivious.infra.crypto import Secrets

_FILE = "secret.key"


def installation_secrets(settings: Settings) -> Secrets:
    """Return the secrets of this installation; embedded, they are made once and kept in the data folder."""
    given = settings.secret_key.get_secret_value()
    if not given and settings.mode is Mode.EMBEDDED:
        given = _kept(settings.data_dir / _FILE)
    return Secrets(given, settings.retired_secret_keys)


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()
