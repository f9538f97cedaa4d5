"""How the board is written in Redis; the scripts read and write the same."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from oblivious.infra.state.board.protocol import Change, Health, Report, Rules
from oblivious.infra.state.board.rules import plain

_NO_HOLD = -1
_HEALTH = re.compile(r"([0-9]+) ([0-9]+) ([0-9]+) ([0-9]+) ([01]) ([01]*) (.*)", re.DOTALL)
"""Until, strikes, hold, since, whether it is open, window, reason."""

_CHANGE = msgspec.msgpack.Decoder(tuple[str, str])


def write_rules(rules: Rules) -> tuple[int, ...]:
    """Return the rules as the report script takes them."""
    return rules.bad, rules.last, rules.first_ms, rules.most_ms, rules.calm_ms


def write_report(report: Report) -> tuple[str | int, ...]:
    """Return a report as its script takes it."""
    hold_ms = _NO_HOLD if report.hold_ms is None else report.hold_ms
    return report.subject, report.outcomes, hold_ms, plain(report.reason)


def read_health(text: str) -> Health | None:
    """Read a subject's health; None if it is well, or if the text is none of ours."""
    found = _HEALTH.fullmatch(text)
    if found is None:
        return None
    until_ms, strikes, hold_ms, since_ms, opened, window, reason = found.groups()
    return Health(int(until_ms), opened == "1", int(strikes), int(hold_ms), window, reason, int(since_ms))


def read_page(flat: Iterable[bytes]) -> Mapping[str, Health]:
    """Read some of all subjects, as HSCAN gives them: names and texts in turn."""
    words = [word.decode(errors="replace") for word in flat]
    read = {name: read_health(text) for name, text in zip(words[::2], words[1::2], strict=True)}
    return {name: health for name, health in read.items() if health is not None}


def read_change(packed: bytes) -> Change | None:
    """Read what a script has published; None if it was somebody else."""
    try:
        subject, text = _CHANGE.decode(packed)
    except ValueError:
        return None
    return Change(subject, read_health(text))
