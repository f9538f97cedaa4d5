"""`oblivious plan`, `apply` and `export`, as they are typed."""

import json
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.integration.app.command_lines import run

FILE = """
version: 1
pools: {shared: {limits: {rpm: 600}}}
channels:
  - name: main
    provider: openai
    models: [fast]
    keys: [{secret: {env: OPENAI_KEY}, pool: shared}]
"""
CHANGES = 2


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "house.yaml"
    path.write_text(FILE)
    return path


class TestPlan:
    def test_it_says_what_would_change_and_changes_nothing(
        self, installation: Installation, file: Path
    ) -> None:
        """2 where something would, 0 where nothing would."""
        planned = run(installation, "plan", str(file))
        again = run(installation, "plan", str(file), "--json")

        assert (planned.exit_code, again.exit_code) == (CHANGES, CHANGES)
        assert planned.stdout.splitlines()[0] == '+ pools shared: {"limits":{"rpm":600}}'
        assert [change["change"] for change in json.loads(again.stdout)] == ["add", "add"]
        assert installation.do("channel", "list") == []

        run(installation, "apply", str(file), "--yes")
        assert run(installation, "plan", str(file)).exit_code == 0
        assert run(installation, "plan", str(file)).stdout == "nothing changes\n"
        assert run(installation, "plan", str(file), "--json").stdout == "[]\n"

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (FILE.replace("fast", "["), "house.yaml:8: is no YAML"),
            (FILE.replace("openai\n", "opnai\n"), "house.yaml:6: channels[0].provider: is one of"),
            (FILE.replace("shared}", "shred}"), "house.yaml:8: channels[0].keys[0].pool: is no pool"),
        ],
        ids=["no YAML", "a wrong value", "a wrong name"],
    )
    def test_a_bad_file_is_told_by_lines(
        self, installation: Installation, file: Path, text: str, told: str
    ) -> None:
        """As editors understand it; 1, whether it is planned or applied."""
        file.write_text(text)
        for command in (("plan",), ("apply", "--yes")):
            done = run(installation, *command, str(file))

            assert (done.exit_code, told in done.stderr) == (1, True), done.stderr
        assert installation.do("channel", "list") == []

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("plan",), "Missing argument 'FILE'"),
            (("plan", "nowhere.yaml"), "nowhere.yaml cannot be read: No such file"),
            (("apply", "nowhere.yaml"), "nowhere.yaml cannot be read: No such file"),
            (("export", "nowhere/house.yaml"), "nowhere/house.yaml cannot be written: No such file"),
        ],
        ids=["no file", "none to plan", "none to apply", "nowhere to write"],
    )
    def test_a_wrong_call_is_no_change(
        self, installation: Installation, arguments: tuple[str, ...], told: str
    ) -> None:
        """1 and not 2, so that a pipeline does not take it for one."""
        done = run(installation, *arguments)

        assert (done.exit_code, told in done.stderr) == (1, True)

    def test_a_file_that_is_no_text(self, installation: Installation, file: Path) -> None:
        """The line is told here, too."""
        file.write_bytes(b"version: 1\npools: \xff\n")

        done = run(installation, "plan", str(file))

        assert (done.exit_code, "house.yaml:2: is no text in UTF-8" in done.stderr) == (1, True)


class TestApplyAndExport:
    def test_there_and_back(self, installation: Installation, file: Path, tmp_path: Path) -> None:
        """From a file or from the standard input, to a file or to the standard output."""
        applied = run(installation, "apply", "-", "--yes", "--json", given=FILE)
        written = run(installation, "export", str(tmp_path / "export.yaml"))
        shown = run(installation, "export")

        assert [change["name"] for change in json.loads(applied.stdout)] == ["shared", "main"]
        assert (written.exit_code, written.stdout) == (0, "")
        assert (tmp_path / "export.yaml").read_text() == shown.stdout
        assert run(installation, "plan", str(tmp_path / "export.yaml")).exit_code == 0

    def test_nobody_is_asked_who_is_at_no_terminal(self, installation: Installation, file: Path) -> None:
        """A pipeline has nobody to answer."""
        done = run(installation, "apply", str(file))

        assert (done.exit_code, done.stdout.count("\n")) == (0, 2)
        (channel,) = installation.do("channel", "list")
        assert (channel["name"], channel["keys"][0]["source"]) == ("main", "env:OPENAI_KEY")

    def test_a_secret_that_is_replaced_by_hand_loses_its_reference(
        self, installation: Installation, file: Path
    ) -> None:
        """The export says what is true, and the plan would put back what the file says."""
        run(installation, "apply", str(file))
        (key,) = installation.do("channel", "key", "list", "main")
        installation.do("channel", "key", "edit", str(key["id"]), "--api-key", "sk-by-hand-0123456789")

        assert "kept: sk-b...6789" in run(installation, "export").stdout
        assert run(installation, "plan", str(file)).exit_code == CHANGES

    def test_what_is_not_named_goes_unless_it_is_kept(self, installation: Installation, file: Path) -> None:
        """Keys that were added by hand among it."""
        run(installation, "apply", str(file))
        installation.do("channel", "key", "add", "main", "--api-key", "sk-by-hand-0123456789")

        assert run(installation, "plan", str(file), "--keep").exit_code == 0
        assert "keys.kept:sk-b...6789" in run(installation, "apply", str(file)).stdout
        assert len(installation.do("channel", "key", "list", "main")) == 1
