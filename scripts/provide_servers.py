"""Install the Debian packages whose servers and tools the tests and the bench start, where they lack.

Nothing happens where all are there, where the environment names a server, or where we are not root on a
machine with apt-get: then it only says what is missing, and the tests decide what that means.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
REFUSE = "#!/bin/sh\nexit 101\n"


@dataclass(frozen=True)
class Need:
    """A Debian package, the file that shows it is there, and the variable that makes it unnecessary."""

    package: str
    shown_by: str
    unless: str | None = None


NEEDS = (
    Need("postgresql", "usr/lib/postgresql/*/bin/initdb", unless="OBLIVIOUS_TEST_DATABASE_URL"),
    Need("redis-server", "usr/bin/redis-server", unless="OBLIVIOUS_TEST_REDIS_URL"),
    Need("rabbitmq-server", "usr/lib/rabbitmq/bin/rabbitmq-server", unless="OBLIVIOUS_TEST_AMQP_URL"),
    Need("nginx-light", "usr/sbin/nginx"),
    Need("libnginx-mod-http-echo", "usr/lib/nginx/modules/ngx_http_echo_module.so"),
    Need("wrk", "usr/bin/wrk"),
)


def missing(root: Path) -> list[str]:
    """Return the packages to install on the machine whose file system starts at `root`."""
    return [
        need.package
        for need in NEEDS
        if not (need.unless and os.environ.get(need.unless)) and not any(root.glob(need.shown_by))
    ]


@contextmanager
def no_service_starts(policy: Path = POLICY) -> Iterator[None]:
    """Keep packages from starting their own servers while they are installed; then restore the policy."""
    before = (policy.read_bytes(), policy.stat().st_mode) if policy.exists() else None
    policy.write_text(REFUSE)
    policy.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            policy.unlink()
        else:
            policy.write_bytes(before[0])
            policy.chmod(before[1])


def install(packages: list[str]) -> None:
    """Install packages with apt-get, and start nothing.

    Raises:
        subprocess.CalledProcessError: apt-get failed; its output says why.
    """
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with no_service_starts():
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            subprocess.run(
                ["apt-get", "-qq", *command],
                check=True,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )


def main() -> int:
    """Install what is missing if that is possible; say what was done. Never fails: the tests tell."""
    packages = missing(Path("/"))
    if not packages:
        return 0
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"Not installed, and installing needs root on Debian: {' '.join(packages)}")
        return 0
    start = time.monotonic()
    try:
        install(packages)
    except subprocess.CalledProcessError as failure:
        print(f"Could not install {' '.join(packages)}: {failure}\n{failure.output}")
        return 0
    print(f"Installed {' '.join(packages)} in {time.monotonic() - start:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
