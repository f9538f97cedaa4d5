"""A child that is told again and again that it must go."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from oblivious.app.lifeline import ORPHANED

_WORKER = """
import asyncio, signal, time
import uvloop
from oblivious.app.lifeline import drain_once

async def main():
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, print, "draining")
    drain_once(1)
    print("up")
    time.sleep(0.3)  # a busy loop hears of several signals at once
    await asyncio.Event().wait()

uvloop.run(main())
"""
_PARENT = """
import os, subprocess, sys
child = "import os, signal; from oblivious.app.lifeline import die_with_parent;"
child += f"die_with_parent({os.getpid()}); print('up', flush=True); signal.pause()"
subprocess.Popen([sys.executable, "-c", child]).wait()
"""


@contextmanager
def running(program: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program whose output comes line by line."""
    command = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    """Return its next line; empty when it has ended."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


class TestDrainOnce:
    def test_an_orphan_drains_once_and_not_for_ever(self) -> None:
        """Each thread of a dying server says so; who has not drained in time is ended by the kernel."""
        with running(_WORKER) as worker:
            assert said(worker) == "up"
            began = time.monotonic()
            for _ in range(5):
                worker.send_signal(ORPHANED)
                time.sleep(0.02)  # else they are one
            assert [said(worker), said(worker)] == ["draining", ""]
            assert worker.wait(10) == -signal.SIGALRM
            assert time.monotonic() - began > 0.5

    def test_ctrl_c_is_for_the_server(self) -> None:
        """Which then says what is to be done."""
        with running(_WORKER) as worker:
            assert said(worker) == "up"
            for _ in range(3):
                worker.send_signal(signal.SIGINT)
            worker.send_signal(signal.SIGTERM)
            assert said(worker) == "draining"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
class TestDieWithParent:
    def test_a_killed_parent_takes_its_child_along(self) -> None:
        """However it went: nobody is left to serve."""
        with running(_PARENT) as parent:
            assert said(parent) == "up"
            parent.kill()
            # The child writes to the same pipe: that ends with the last of the two.
            assert said(parent) == ""
