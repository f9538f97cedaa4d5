"""Two cores: one for what is measured, one for all that makes the load and stands behind it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

IDLE_NICE = 19
_AUTOGROUPS = Path("/proc/sys/kernel/sched_autogroup_enabled")


@dataclass(frozen=True)
class Cores:
    """The core of what is measured, and the core of everything else."""

    measured: int
    load: int


def two_cores() -> Cores:
    """Take the first two cores we may run on, and put this process and all it will start on the second.

    Raises:
        SystemExit: there is only one.
    """
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:  # noqa: PLR2004
        raise SystemExit("The bench needs two cores: one for the gateway, one for the load.")
    os.sched_setaffinity(0, {allowed[1]})
    return Cores(measured=allowed[0], load=allowed[1])


@contextmanager
def one_share_each() -> Iterator[None]:
    """Have the kernel share a core among processes instead of sessions, for as long as this lasts.

    Servers that stand behind a gateway are sessions of their own. With a share for each session, Redis could
    run and was seen to wait for three seconds while wrk and nginx had the core (Linux 6.18).
    Where it may not be switched off it stays, and a run may break off.
    """
    try:
        before = _AUTOGROUPS.read_text()
        _AUTOGROUPS.write_text("0")
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _AUTOGROUPS.write_text(before)


def move(pid: int, core: int) -> None:
    """Put every thread that a process has, and will have, on a core."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def leashed(command: Sequence[str], core: int, nice: int = 0) -> list[str]:
    """Return the command on a core, with a priority, and ended by the kernel when we are gone."""
    lower = ["nice", "-n", str(nice)] if nice else []
    return ["setpriv", "--pdeathsig", "KILL", "--", "taskset", "-c", str(core), *lower, *command]


def family(pid: int) -> list[int]:
    """Return a process and all that are below it; none of those that end meanwhile."""
    found = [pid]
    with suppress(OSError):
        for listing in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, listing.read_text().split()):
                found += family(child)
    return found


def machine() -> str:
    """Say on what this runs: processor, number of cores, kernel."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}"
