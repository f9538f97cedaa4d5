import subprocess
import sys

import pytest

_PROGRAM = """
import os, threading
from oblivious.app.turns import take_turns
take_turns()
policies = [os.sched_getscheduler(0)]
thread = threading.Thread(target=lambda: policies.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
print(policies == [os.SCHED_BATCH] * 2)
"""
_FORBIDDEN = """
import os
from oblivious.app.turns import take_turns
def refuse(*_):
    raise PermissionError
os.sched_setscheduler = refuse
take_turns()
print(os.sched_getscheduler(0) == os.SCHED_OTHER)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows a batch")
@pytest.mark.parametrize(
    "program", [pytest.param(_PROGRAM, id="allowed"), pytest.param(_FORBIDDEN, id="forbidden")]
)
def test_threads_take_turns_where_they_may(program: str) -> None:
    """The one that asks and those that start after it; where it is forbidden nothing changes."""
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "True\n"
