"""`make run`: the database first, then a server that Ctrl-C reaches."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Serves until Ctrl-C, then drains.
OBLIVIOUS = """#!/bin/sh
trap 'echo drained; exit 0' INT
echo "$@"
[ "$1" = serve ] || exit "${MIGRATE_STATUS:-0}"
while :; do read -r line; done
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A tree whose stamps say that all is installed, with a program of our own."""
    for name in ("pyproject.toml", "Makefile", "requirements", "scripts"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    program = tmp_path / ".venv/bin/oblivious"
    program.parent.mkdir(parents=True)
    program.write_text(OBLIVIOUS)
    program.chmod(0o755)
    for stamp in (".made", ".installed"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def start(tree: Path, **environment: str) -> "subprocess.Popen[str]":
    """Start `make run` as a terminal does: a process group of its own, and a line that stays open."""
    # These tests may themselves run below `make test`, which is nothing to this one.
    outside = {name: value for name, value in os.environ.items() if name not in {"MAKELEVEL", "MAKEFLAGS"}}
    return subprocess.Popen(
        ["make", "run"],  # noqa: S607 - the newcomer's make
        cwd=tree,
        env={**outside, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_ctrl_c_lets_the_server_drain(installed: Path) -> None:
    """The signal reaches the server, and `make` waits for its last word."""
    with start(installed) as make:
        assert make.stdout is not None
        assert [make.stdout.readline() for _ in range(2)] == ["migrate\n", "serve\n"]
        os.killpg(make.pid, signal.SIGINT)

        assert make.stdout.read().startswith("drained\n")


def test_nothing_serves_on_a_database_that_could_not_be_migrated(installed: Path) -> None:
    """The server starts after the migration, or not at all."""
    with start(installed, MIGRATE_STATUS="3") as make:
        assert make.stdout is not None
        assert make.stdout.read() == "migrate\n"
    assert make.returncode != 0
