"""Demo upstreams as a process of its own: one, or a whole fleet on many ports."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import click
import msgspec

from oblivious.demo.cast import Cast, Watch
from oblivious.demo.options import DemoOptions
from oblivious.demo.plot import Plot
from oblivious.demo.upstream import DemoUpstream


def own_log(log: Path, port: int) -> Path:
    """Return the log of one upstream of a fleet: `served.jsonl` is `served.9101.jsonl` on port 9101."""
    return log.with_suffix(f".{port}{log.suffix}")


async def serve_demo(options: DemoOptions, host: str, ports: Sequence[int], plot: Plot) -> None:
    """Serve on every port until SIGTERM, SIGINT or cancellation; prints a line with the URL of each.

    Where there are several, each appends to a log of its own.

    Raises:
        OSError: an address is taken, or a log can't be opened.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as running:
        for upstream, port in _fleet(options, ports, plot):
            await upstream.start(host, port)
            running.push_async_callback(upstream.stop)
            click.echo(f"Oblivious' demo upstream listens on {upstream.url}")
        await stopping.wait()


def _fleet(options: DemoOptions, ports: Sequence[int], plot: Plot) -> list[tuple[DemoUpstream, int]]:
    watch = Watch()
    return [
        (DemoUpstream(_options_of(options, ports, port), Cast(place, plot, watch)), port)
        for place, port in enumerate(ports, 1)
    ]


def _options_of(options: DemoOptions, ports: Sequence[int], port: int) -> DemoOptions:
    if options.log is None or len(ports) == 1:
        return options
    return msgspec.structs.replace(options, log=own_log(options.log, port))
