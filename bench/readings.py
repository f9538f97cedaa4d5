"""What the kernel says of processes: processor time and memory."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_KIB = 1024
_USER, _SYSTEM, _LAST = 11, 12, 15  # fields of /proc/PID/stat after the name; up to those of dead children


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return user and system time of processes, and of children that they have waited for."""
    total = 0.0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[_USER:_LAST])) * _TICK_S
    return total


def resident_bytes(pids: Iterable[int]) -> int:
    """Return the memory that processes have in use now; what they share counts for each."""
    return sum(_status(pid, "VmRSS:") for pid in pids)


def most_resident_bytes(pid: int) -> int:
    """Return the most memory that a process has ever had in use."""
    return _status(pid, "VmHWM:")


def _status(pid: int, field: str) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * _KIB
    return 0


Groups = Mapping[str, Callable[[], list[int]]]
"""Names of what runs, each with a way to find its processes now."""


class Meter:
    """Reads how much processor time each group takes between its making and `since`."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._before = self._now()

    def since(self) -> dict[str, float]:
        """Return processor seconds by group since this was made."""
        return {name: used - self._before[name] for name, used in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: cpu_seconds(pids()) for name, pids in self._groups.items()}
