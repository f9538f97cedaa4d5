"""The figures as Markdown, for the terminal and for RESULTS.md."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.exchanges import EVENTS
from bench.measured import Measured
from bench.targets import checks
from bench.throughput import OURS, Cell

RESULTS = Path(__file__).parent / "RESULTS.md"

_MIB = 1024 * 1024
_HEADING = "## "


def keep(sections: dict[str, str]) -> None:
    """Write sections of RESULTS.md by their headings; those not given stay as they are."""
    written = _sections(RESULTS.read_text()) if RESULTS.exists() else {}
    written.update(sections)
    body = "\n".join(f"{_HEADING}{heading}\n\n{text.strip()}\n" for heading, text in written.items())
    RESULTS.write_text(f"# What the bench found\n\n{body}")


def _sections(text: str) -> dict[str, str]:
    _, *parts = f"\n{text}".split(f"\n{_HEADING}")
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def tables(measured: Measured) -> dict[str, str]:
    """Return every section for which there are figures."""
    made = {
        "Targets": _targets(measured),
        "Throughput": _throughput(measured.cells),
        "One connection": _one(measured),
        "Who was busy": _busy(measured.cells),
        "Paced streams": _paced(measured),
        "Memory": _memory(measured),
        "The books": _books(measured),
        "Where the microseconds go": _steps(measured),
    }
    return {heading: text for heading, text in made.items() if text}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is flush right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _targets(measured: Measured) -> str:
    found = checks(measured)
    if not found:
        return ""
    return table(
        ["what", "target", "got", "verdict"],
        [
            [
                check.what,
                check.target,
                check.got,
                f"missed by {check.missed_by:.0%}" if check.missed_by > 0 else "met",
            ]
            for check in found
        ],
    )


def _throughput(cells: Sequence[Cell]) -> str:
    if not cells:
        return ""
    rows = [
        [
            f"{cell.kind.name}, {cell.connections}",
            f"{cell.nginx.rate:,.0f}",
            f"{cell.ours.rate:,.0f}",
            f"{cell.ratio:.3f}",
            f"{cell.micros:.0f}",
            f"{cell.nginx.p50_us / 1000:.2f} / {cell.nginx.p99_us / 1000:.2f}",
            f"{cell.ours.p50_us / 1000:.2f} / {cell.ours.p99_us / 1000:.2f}",
        ]
        for cell in cells
    ]
    head = ["exchange, connections", "nginx, a second", "ours, a second", "ratio", "ours, CPU us each"]
    return table([*head, "nginx p50 / p99 ms", "ours p50 / p99 ms"], rows)


def _one(measured: Measured) -> str:
    rows = []
    for cell in measured.cells:
        if cell.direct is None:
            continue
        figures = [
            (f"{cell.kind.name}, p50", cell.direct.p50_us, cell.nginx.p50_us, cell.ours.p50_us),
            (f"{cell.kind.name}, p99", cell.direct.p99_us, cell.nginx.p99_us, cell.ours.p99_us),
        ]
        rows += [_added(*figure) for figure in figures]
    for first in measured.first_bytes:
        seen = (first.direct, first.nginx, first.ours)
        name = f"{first.kind.name}, first byte"
        rows.append(_added(f"{name}, p50", *(one.first_byte_p50_ms * 1000 for one in seen)))
        rows.append(_added(f"{name}, p99", *(one.first_byte_p99_ms * 1000 for one in seen)))
    head = ["microseconds", "upstream alone", "nginx", "ours", "nginx adds", "ours adds"]
    return table(head, rows) if rows else ""


def _added(name: str, direct: float, nginx: float, ours: float) -> list[str]:
    return [name, *(f"{us:,.0f}" for us in (direct, nginx, ours, nginx - direct, ours - direct))]


def _busy(cells: Sequence[Cell]) -> str:
    if not cells:
        return ""
    others = [name for name in cells[0].busy if name != OURS]
    rows = [
        [
            f"{cell.kind.name}, {cell.connections}",
            *(f"{cell.busy[name]:.0%}" for name in (OURS, *others)),
            f"{sum(cell.busy[name] for name in others):.0%}",
        ]
        for cell in cells
    ]
    head = ["share of a core in our runs", f"{OURS} (its own core)", *others, "load core, without wrk"]
    return table(head, rows)


def _paced(measured: Measured) -> str:
    rows = [
        [
            f"{stall.streams:,} at {stall.kind.pace_ms} ms",
            *(
                f"{one.gap_p50_ms:.0f} / {one.gap_p999_ms:.0f} / **{one.gap_max_ms:.0f}**"
                for one in (stall.direct, stall.nginx, stall.ours)
            ),
            f"{stall.ours.gap_max_ms / stall.kind.pace_ms:.1f}",
        ]
        for stall in measured.stalls
    ]
    head = ["streams", "upstream alone", "through nginx", "through us", "our largest, in paces"]
    parts = ["Gaps between pieces of a stream, ms: p50 / p99.9 / **largest**.\n\n" + table(head, rows)]
    micros = measured.event_micros
    if micros is not None:
        parts.append(
            f"Processor time of a paced event (200 streams at 20 ms, {EVENTS} events each, with all that a "
            f"stream costs besides): nginx {micros.nginx:.1f} us, ours {micros.ours:.1f} us, "
            f"{micros.ratio:.2f} times nginx's."
        )
    return "\n\n".join(parts) if rows or micros else ""


def _memory(measured: Measured) -> str:
    memory = measured.memory
    if memory is None:
        return ""
    moments = {
        "idle": memory.idle,
        **{f"after {name}": size for name, size in memory.after.items()},
        "the most ever": memory.most,
        "at the end, drained": memory.drained,
    }
    return table(
        ["the gateway process", "MiB"], [[name, f"{size / _MIB:.0f}"] for name, size in moments.items()]
    )


def _books(measured: Measured) -> str:
    verdict = measured.verdict
    if verdict is None:
        return ""
    return (
        f"{verdict.served:,} attempts in the upstream's own log, {verdict.rows:,} usage rows: "
        f"{verdict.lost} lost, {verdict.twice} twice, {verdict.wrong} at a wrong price, "
        f"{verdict.unbalanced} nano-USD out of balance. wrk hung up on {verdict.cut:,} exchanges when its "
        f"time was over ({verdict.unasked:,} of them before the upstream had read them); those are "
        f"settled too. After the last load the backlog was settled in {measured.drain_seconds:.0f} s, at "
        f"{measured.drain_rate:,.0f} exchanges a second."
    )


def _steps(measured: Measured) -> str:
    steps = measured.steps
    if not steps:
        return ""
    kinds = list(steps[0].micros)
    whole = {
        cell.kind.name: cell.micros
        for cell in measured.cells
        if cell.kind.name in kinds and cell.connections == 64  # noqa: PLR2004 - where the watches run, too
    }
    rows = [[step.name, *_micros(step.micros, step.entries, kinds)] for step in steps]
    told = {kind: sum(step.micros[kind] for step in steps) for kind in kinds}
    rows.append(["all that the watches see", *_plain(told, kinds)])
    if whole:
        rest = {kind: whole[kind] - told[kind] for kind in kinds if kind in whole}
        rows.append(["the rest: server, sockets, loop, other threads", *_plain(rest, kinds)])
        rows.append(["**the gateway process, without watches**", *_plain(whole, kinds)])
    head = ["step, CPU us an exchange"]
    for kind in kinds:
        head += [kind, "entered"]
    return table(head, rows)


def _micros(micros: dict[str, float], entries: dict[str, float], kinds: Sequence[str]) -> list[str]:
    return [cell for kind in kinds for cell in (f"{micros[kind]:.1f}", f"{entries[kind]:.2f}")]


def _plain(micros: dict[str, float], kinds: Sequence[str]) -> list[str]:
    return [cell for kind in kinds for cell in (f"{micros.get(kind, 0.0):.1f}", "")]
