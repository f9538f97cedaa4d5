"""Log lines are written by a thread of their own, in order, and none is left behind."""

import threading
from io import BytesIO

from oblivious.app.command import finish
from oblivious.infra.telemetry.logs import LineWriter
from tests.fakes.waiting import until


class Broken(BytesIO):
    """A pipe whose reader has gone."""

    def write(self, _lines: object, /) -> int:
        """Break."""
        raise BrokenPipeError


def writers() -> int:
    return sum(thread.name == "log-writer" for thread in threading.enumerate())


async def test_lines_are_written_in_order_while_it_runs() -> None:
    out = BytesIO()
    writer = LineWriter(out)
    for number in range(3):
        writer.msg(str(number).encode())
    await until(lambda: out.getvalue() == b"0\n1\n2\n")
    writer.msg(b"later")
    await until(lambda: out.getvalue().endswith(b"later\n"))
    writer.close()


def test_closing_writes_what_waits_and_ends_the_thread() -> None:
    before, out = writers(), BytesIO()
    writer = LineWriter(out)
    assert writers() == before + 1
    writer.msg(b"last words")
    writer.close()
    assert out.getvalue() == b"last words\n"
    assert writers() == before


def test_lines_nobody_reads_are_counted() -> None:
    writer = LineWriter(Broken())
    writer.msg(b"one")
    writer.close()
    assert writer.dropped == 1


def test_a_command_leaves_no_thread_behind() -> None:
    async def work() -> int:
        return 5

    before = writers()
    assert finish(work()) == 5
    assert writers() == before
