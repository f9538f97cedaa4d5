"""`oblivious demo-upstream`."""

from collections.abc import Sequence
from pathlib import Path

import click
import uvloop

from oblivious.demo.behaviour import PLAIN
from oblivious.demo.faults import FAULTS
from oblivious.demo.fleet import serve_demo
from oblivious.demo.options import DemoOptions, default_behaviour
from oblivious.demo.plot import NO_PLOT, BadPlot, Plot, read_plot
from oblivious.demo.settings import SETTINGS, UnknownSetting
from oblivious.demo.values import numbers

_LAST_PORT = 65_535


def _word(name: str, value: str) -> str:
    return f"{name}=VALUE ({value})" if value else name


def table_of_settings() -> list[tuple[str, str]]:
    """Return every word that a model name, a header or `--fault` may carry, with what it does."""
    settings = [(_word(name, setting.value), setting.describes) for name, setting in SETTINGS.items()]
    return settings + [(_word(name, fault.value), fault.describes) for name, fault in FAULTS.items()]


class _WithTable(click.Command):
    """A command whose help ends with the table of settings and faults."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the table."""
        with formatter.section("Settings and faults"):
            formatter.write_dl(table_of_settings())


@click.command("demo-upstream", cls=_WithTable)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8401, show_default=True, help="The port to listen on; 0 takes a free one.")
@click.option("--ports", default="", help="Serve a fleet, one upstream on each: 9101-9150,9200.")
@click.option(
    "--plot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file of what each does in the course of time.",
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append a JSON line a request; in a fleet each has its own: served.9101.jsonl.",
)
@click.option("--latency-ms", type=click.IntRange(0), default=0, help="Time before the first byte.")
@click.option("--pace-ms", type=click.IntRange(0), default=0, help="Time between two events of a stream.")
@click.option("--length", type=click.IntRange(0), help="How many words the output has.")
@click.option("--usage", default="counted", show_default=True, help="counted, missing, zero or INPUT/OUTPUT.")
@click.option("--fault", default="", help="Settings for every request: 'status=503;retry-after=2'.")
@click.option("--fault-rate", type=click.FloatRange(0, 1), default=PLAIN.fault_rate, help="How likely it is.")
@click.option("--seed", type=int, help="Makes the dice of the fault rate fall the same way again.")
@click.option("--api-key", "api_keys", multiple=True, help="Refuse other keys; may be repeated.")
def demo_upstream_command(host: str, port: int, ports: str, plot: Path | None, **options: object) -> None:
    """Serve a provider that is none: real HTTP, canned words, and faults on request.

    A request sets its own behaviour in its model name (demo-chat@status-503, demo-chat@pace-20@length-66)
    or in headers: x-demo-fault: status=503;retry-after=2, x-demo-latency-ms, x-demo-pace-ms,
    x-demo-length, x-demo-usage.
    """
    chosen = DemoOptions(**options)  # type: ignore[arg-type] # click has checked them
    try:
        default_behaviour(chosen)
    except UnknownSetting as error:
        raise click.UsageError(str(error)) from error
    places = _ports(ports) if ports else (port,)
    try:
        uvloop.run(serve_demo(chosen, host, places, _plot(plot)))
    except OSError as error:
        raise click.ClickException(str(error)) from error


def _ports(value: str) -> Sequence[int]:
    try:
        found = numbers(value)
    except ValueError as error:
        raise click.UsageError(f"'{value}' is no list of ports like 9101-9150,9200.") from error
    if len(set(found)) < len(found) or max(found) > _LAST_PORT or not min(found):
        raise click.UsageError(f"'{value}': ports are from 1 to {_LAST_PORT}, and each is given once.")
    return found


def _plot(path: Path | None) -> Plot:
    if path is None:
        return NO_PLOT
    try:
        return read_plot(path.read_text())
    except (BadPlot, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path}: {error}") from error
