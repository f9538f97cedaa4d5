"""Where the installation's secret key comes from."""

import contextlib
import os
import secrets
import tempfile
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
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    """Write a new secret: it appears whole or not at all, and of two made at once the first stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # for its owner's eyes only
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(handle)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()
