from pathlib import Path

import pytest
from click.testing import CliRunner

from oblivious.demo.cli import demo_upstream_command, table_of_settings
from oblivious.demo.faults import FAULTS
from oblivious.demo.settings import SETTINGS


def test_help_has_the_whole_table() -> None:
    """Every setting and every fault is in the help, each with a line that says what it does."""
    shown = CliRunner().invoke(demo_upstream_command, ["--help"]).output

    assert [word.partition("=")[0] for word, _ in table_of_settings()] == [*SETTINGS, *FAULTS]
    assert [word for word, _ in table_of_settings() if word not in shown] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "explode"], "no setting 'explode'"),
        (["--usage", "much"], "can't read the value of 'usage=much'"),
        (["--pace-ms", "-1"], "-1 is not in the range"),
        (["--ports", "9101-"], "'9101-' is no list of ports"),
        (["--ports", "9103-9101"], "is no list of ports"),
        (["--ports", "9101,9101"], "each is given once"),
        (["--ports", "9101,70000"], "ports are from 1 to 65535"),
        (["--plot", "nowhere.toml"], "does not exist"),
    ],
    ids=[
        *("unknown fault", "unknown usage", "negative pace", "half a range", "a range backwards"),
        *("a port twice", "no port", "no plot"),
    ],
)
def test_wrong_options(arguments: list[str], said: str) -> None:
    """A wrong option is told in a line, and nothing starts."""
    result = CliRunner().invoke(demo_upstream_command, arguments)

    assert result.exit_code == 2
    assert said in result.output


def test_a_plot_with_a_slip(tmp_path: Path) -> None:
    """What is wrong in it is told with the file's name, and nothing starts."""
    plot = tmp_path / "plot.toml"
    plot.write_text("[[part]]\nphases = [{ plays = 'explode' }]")
    result = CliRunner().invoke(demo_upstream_command, ["--plot", str(plot)])

    assert result.exit_code == 2
    assert "plot.toml" in result.output
    assert "no setting 'explode'" in result.output


def test_an_address_that_cannot_be_had(tmp_path: Path) -> None:
    """A log that can't be opened is told in a line too."""
    log = tmp_path / "no folder" / "served.jsonl"
    result = CliRunner().invoke(demo_upstream_command, ["--port", "0", "--log", str(log)])

    assert result.exit_code == 1
    assert "No such file" in result.output
