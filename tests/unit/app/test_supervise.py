"""A child of the server that is kept alive, with real children."""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from oblivious.app.supervise import Supervisor, next_pause, ourselves
from tests.fakes.waiting import until

_ONE_MORE = "import os, pathlib, sys; pathlib.Path(sys.argv[1], str(os.getpid())).touch();"
_WAITS = "import signal; signal.pause()"
_DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);{_ONE_MORE}{_WAITS}"


class Children:
    """Every child leaves a file with its process's number for a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.supervisors: list[Supervisor] = []

    def supervised(self, program: str) -> Supervisor:
        """Return a supervisor of such children."""
        supervisor = Supervisor([sys.executable, "-S", "-c", program, str(self.folder)])
        self.supervisors.append(supervisor)
        return supervisor

    @property
    def born(self) -> list[int]:
        """The process numbers of all children there ever were."""
        return [int(path.name) for path in self.folder.iterdir()]

    def alive(self, pid: int) -> bool:
        """Say whether a child runs."""
        return Path(f"/proc/{pid}/cmdline").exists()


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    made = Children(tmp_path)
    yield made
    for supervisor in made.supervisors:
        supervisor.stop(0)


class TestSupervisor:
    async def test_a_child_that_dies_comes_again(self, children: Children) -> None:
        """Until it is stopped, however often."""
        with capture_logs() as logs:
            supervisor = children.supervised(f"{_ONE_MORE}sys.exit(3)")
            supervisor.start()
            await until(lambda: len(children.born) >= 3)
            supervisor.stop(5)

        assert {line["code"] for line in logs if line["event"] == "child_ended"} == {3}

    async def test_it_ends_when_it_is_told(self, children: Children) -> None:
        """And does not come again."""
        supervisor = children.supervised(f"{_ONE_MORE}{_WAITS}")
        supervisor.start()
        await until(lambda: bool(children.born))

        supervisor.stop(5)

        (pid,) = children.born
        assert not children.alive(pid)

    async def test_one_that_does_not_listen_is_killed(self, children: Children) -> None:
        """A server has an end."""
        with capture_logs() as logs:
            supervisor = children.supervised(_DEAF)
            supervisor.start()
            await until(lambda: bool(children.born))
            supervisor.stop(0.1)

        (pid,) = children.born
        assert not children.alive(pid)
        assert [line["event"] for line in logs] == ["child_killed"]

    async def test_a_program_that_is_not_there_is_looked_for_again(self, tmp_path: Path) -> None:
        """The machine may be out of processes for a moment; the thread lives on."""
        program = tmp_path / "child"
        supervisor = Supervisor([str(program)])
        with capture_logs() as logs:
            supervisor.start()
            await until(lambda: any(line["event"] == "child_not_started" for line in logs))
            program.write_text(f"#!/bin/sh\ntouch {tmp_path}/here\n")
            program.chmod(0o700)
            await until((tmp_path / "here").exists)
            supervisor.stop(5)

    def test_one_that_was_never_started_can_be_stopped(self, children: Children) -> None:
        """The server may fail before it begins."""
        children.supervised(_WAITS).stop(5)

        assert children.born == []


class TestPauses:
    def test_they_grow_to_five_seconds(self) -> None:
        """A child that can't live must not eat the machine."""
        pauses = list(itertools.accumulate(range(7), lambda pause, _: next_pause(pause, 0.1), initial=0.0))[
            1:
        ]

        assert pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])

    def test_after_a_life_they_begin_anew(self) -> None:
        """It was no failure to start."""
        assert next_pause(5.0, 11.0) == 0.2


def test_ourselves_is_a_module_of_ours() -> None:
    """With the Python that runs the server."""
    assert ourselves("ship") == [sys.executable, "-m", "oblivious.app.child", "ship"]
