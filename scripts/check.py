"""Run every static gate, as many at a time as there are cores; print what each took and what it found."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

# The slowest first: the others run beside it.
GATES = {
    "pyright": ("pyright", "--warnings"),
    "mypy": ("mypy",),
    "imports": ("lint-imports", "--no-cache"),
    "ruff": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "sizes": ("python", "scripts/check_sizes.py"),
}

# Pyright comes with its program and its Node.js as wheels; it need not ask whether there is a newer one.
ENVIRONMENT = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "PYRIGHT_PYTHON_GLOBAL_NODE": "0"}


@dataclass(frozen=True)
class Verdict:
    """What one gate said."""

    name: str
    passed: bool
    seconds: float
    output: str


def main() -> int:
    """Print a line for each gate and the output of those that failed; return the exit status."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        verdicts = list(pool.map(_run, GATES, GATES.values()))
    for verdict in verdicts:
        print(f"{verdict.name:<8} {'ok' if verdict.passed else 'FAILED':<7} {verdict.seconds:5.1f} s")
        if not verdict.passed or verdict.name == "sizes":
            print(verdict.output.rstrip())
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def _run(name: str, command: Sequence[str]) -> Verdict:
    start = time.monotonic()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        check=False,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Verdict(name, done.returncode == 0, time.monotonic() - start, done.stdout)


if __name__ == "__main__":
    sys.exit(main())
