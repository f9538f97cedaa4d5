"""RESULTS.md: sections are kept by their headings."""

from pathlib import Path

import pytest

from bench import report


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "RESULTS.md"
    monkeypatch.setattr(report, "RESULTS", path)
    return path


class TestKeep:
    def test_a_section_not_given_stays(self, results: Path) -> None:
        """A soak takes half an hour: a bench run must not throw its result away."""
        report.keep({"Targets": "old", "Soak": "long"})
        report.keep({"Targets": "new"})

        assert results.read_text() == "# What the bench found\n\n## Targets\n\nnew\n\n## Soak\n\nlong\n"


class TestTable:
    def test_numbers_are_flush_right(self) -> None:
        """The first column names, the others count."""
        assert report.table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | --: |\n| x | 1 |"
