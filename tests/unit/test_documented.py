"""What the guides list is what there is: every setting, command, metric, log line, endpoint and error."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.adapters.registry import ENDPOINTS, FACES, PROVIDERS
from oblivious.app.settings import Settings
from oblivious.channels.judge import Fault, judge
from oblivious.contracts import errors
from oblivious.contracts.meters import Meter, MeterKind, Reading
from oblivious.gateway.road.headers import limit_headers
from oblivious.gateway.road.report import ExchangeLine
from oblivious.infra.telemetry.families import COUNTER, FAMILIES
from tests.unit.markdown_tables import table_of, words
from tests.unit.named_things import code_of, command_lines_in

ROOT = Path(__file__).parents[2]
OPERATOR = (ROOT / "docs/operator-guide.md").read_text()
USER = (ROOT / "docs/user-guide.md").read_text()
PREFIX = "OBLIVIOUS_"
SETTINGS = {row["variable"]: row["default"] for row in table_of(OPERATOR, "variable", "default", "meaning")}
ERRORS = {
    row["code"]: row for row in table_of(USER, "code", "OpenAI", "Anthropic", "what happened", "try again")
}
BLOCK = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\]\(([^)]+)\)")
NO, YES, LATER = "no", "yes", "yes, after retry-after"


class TestSettings:
    def test_every_setting_is_listed(self) -> None:
        """The table has the settings that there are, in their order."""
        assert list(SETTINGS) == [PREFIX + name.upper() for name in Settings.model_fields]

    @pytest.mark.parametrize("name", Settings.model_fields)
    def test_the_default_is_true(self, name: str) -> None:
        """Setting a variable to its documented default changes nothing."""
        told = Settings.model_validate({name: SETTINGS[PREFIX + name.upper()]})
        assert getattr(told, name) == Settings.model_fields[name].default

    def test_no_page_names_a_setting_that_is_none(self) -> None:
        """`OBLIVIOUS_...` in a page is a setting, or one of the tests' own servers."""
        known = {*SETTINGS, *(f"{PREFIX}TEST_{what}_URL" for what in ("DATABASE", "REDIS", "AMQP"))}
        pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "compose.yaml"]
        named = {name for page in pages for name in re.findall(r"OBLIVIOUS_[A-Z_]+[A-Z]", page.read_text())}
        assert named <= known


class TestCommands:
    def test_every_command_has_an_example(self) -> None:
        """A command that nobody is shown is a command that nobody uses."""
        from oblivious.app.cli import main  # noqa: PLC0415 - only this test needs the whole program

        lines = [tuple(line) for line in command_lines_in(OPERATOR)]
        shown = {line[:length] for line in lines for length in range(1, len(line) + 1)}
        assert set(commands_of(main)) <= shown


class TestMetrics:
    def test_every_family_is_listed(self) -> None:
        """Name as it is scraped, kind and labels."""
        rows = table_of(OPERATOR, "metric", "kind", "labels", "meaning")
        assert [(row["metric"], row["kind"], words(row["labels"])) for row in rows] == [
            (family.name + "_total" * (family.kind == COUNTER), family.kind, family.labels)
            for family in FAMILIES.values()
        ]

    def test_no_other_is_named(self) -> None:
        """A metric named in running text is one of the table's."""
        rows = table_of(OPERATOR, "metric", "kind", "labels", "meaning")
        named = {code for code in code_of(OPERATOR) if re.fullmatch(r"oblivious_[a-z_]+", code)}
        assert named <= {row["metric"] for row in rows}


class TestLog:
    def test_every_field_of_the_line_is_listed(self) -> None:
        """In the order in which the line has them."""
        rows = table_of(OPERATOR, "field", "meaning")
        assert tuple(row["field"] for row in rows) == ExchangeLine.__struct_fields__

    def test_every_other_event_is_explained(self) -> None:
        """Whoever meets a line in the log finds it in the guide."""
        rows = table_of(OPERATOR, "event", "what it means", "what to do")
        assert {row["event"] for row in rows} == set(logged_events())


class TestFailures:
    ROWS = table_of(OPERATOR, "failure", "what it is", "held against", "what follows")

    def test_every_class_is_listed_with_what_follows_from_it(self) -> None:
        """As it is judged without an operator's rules, at a provider whose limits are the usual ones."""
        plain = [verdict_of(made(leaf)) for leaf in leaves_of(errors.UpstreamError)]
        told = [row for row in self.ROWS if "," not in row["failure"]]
        assert {(row["failure"], row["held against"], row["what follows"]) for row in told} == set(plain)
        assert [row["failure"] for row in told] == list(Fault)

    @pytest.mark.parametrize("kind", [errors.BadCredential, errors.OutOfCredit])
    def test_what_a_provider_says_plainly_has_rows_of_its_own(self, kind: type[errors.UpstreamError]) -> None:
        """Only then a key is switched off."""
        fault, *follows = verdict_of(kind("", certain=True))
        (row,) = [row for row in self.ROWS if row["failure"].startswith(f"{fault},")]
        assert [row["held against"], row["what follows"]] == follows == ["key", "off"]


class TestProviders:
    def test_every_provider_is_listed(self) -> None:
        """With what it speaks and where its key is looked for."""
        rows = table_of(OPERATOR, "provider", "dialects", "key found in")
        assert [(row["provider"], words(row["dialects"]), row["key found in"]) for row in rows] == [
            (provider.name, tuple(provider.speaks), provider.key_variable) for provider in PROVIDERS.values()
        ]


class TestEndpoints:
    def test_every_endpoint_is_listed(self) -> None:
        """With its dialect, whether it streams and whether it is billed."""
        rows = table_of(USER, "endpoint", "dialect", "streams", "billed")
        assert [tuple(row.values()) for row in rows] == [
            (
                f"{endpoint.method} /v1/{endpoint.path}",
                endpoint.dialect,
                yes_or_no(endpoint.streams),
                yes_or_no(not endpoint.free),
            )
            for endpoint in ENDPOINTS
        ]

    def test_every_limit_header_is_listed(self) -> None:
        """The names are those that the road writes."""
        rows = table_of(USER, "header", "meaning")
        meters = tuple(
            Meter("a limit", f"k1:{what}", MeterKind.WINDOW, 1, 1, 60_000) for what in ("rpm", "tpm")
        )
        written = limit_headers(meters, (Reading(1, 0), Reading(1, 0)))
        assert {name for row in rows for name in words(row["header"])} == {
            name.decode() for name, _ in written
        }


class TestErrors:
    def test_every_error_is_listed(self) -> None:
        """Each leaf of the tree has a row, and so has our own bug."""
        assert ERRORS.keys() == {leaf.code for leaf in LEAVES}

    @pytest.mark.parametrize(("column", "dialect"), [("OpenAI", OPENAI_CHAT), ("Anthropic", ANTHROPIC)])
    def test_status_and_type_are_those_that_a_client_sees(self, column: str, dialect: str) -> None:
        """As the dialect's face renders them."""
        seen = {leaf.code: status_and_type(leaf, dialect) for leaf in LEAVES}
        assert {code: row[column] for code, row in ERRORS.items()} == seen

    def test_the_advice_is_the_one_in_the_headers(self) -> None:
        """Whether to try again is said in the table as it is to the SDKs."""
        assert {code: row["try again"] for code, row in ERRORS.items()} == {
            leaf.code: advice(leaf) for leaf in LEAVES
        }


class TestTwinReadme:
    ENGLISH, CHINESE = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))

    def test_both_have_the_same_parts(self) -> None:
        """Headings of the same depth, in the same order."""
        assert depths(self.ENGLISH) == depths(self.CHINESE)

    def test_both_show_the_same_code(self) -> None:
        """What can be copied is the same, letter by letter."""
        assert BLOCK.findall(self.ENGLISH) == BLOCK.findall(self.CHINESE)

    def test_both_lead_to_the_same_pages(self) -> None:
        """And each to the other."""
        links, twins = (set(LINK.findall(page)) for page in (self.ENGLISH, self.CHINESE))
        assert links ^ twins == {"README.md", "README.zh-CN.md"}


def leaves_of(kind: type[errors.RelayError]) -> Iterator[type[errors.RelayError]]:
    """Yield the errors below `kind` that nothing is more precise than, and what may be said unprecisely."""
    if not kind.__subclasses__() or kind in {errors.Refused, errors.InvalidRequest, errors.ForeignBinding}:
        yield kind
    for below in kind.__subclasses__():
        yield from leaves_of(below)


LEAVES: list[type[errors.RelayError]] = [errors.RelayError, *leaves_of(errors.RelayError)]


def made(leaf: type[errors.RelayError]) -> errors.RelayError:
    """Return one such error."""
    return leaf("", meter="requests") if issubclass(leaf, errors.MeterExhausted) else leaf("")


def status_and_type(leaf: type[errors.RelayError], dialect: str) -> str:
    """Return what a client of the dialect gets, as the table writes it."""
    status, _, body = FACES[dialect].error(made(leaf), "")
    return f"{status} {msgspec.json.decode(body)['error']['type']}"


def advice(leaf: type[errors.RelayError]) -> str:
    """Return what the headers of an error advise, as the table writes it."""
    names = {name for name, _ in FACES[OPENAI_CHAT].error(made(leaf), "").headers}
    if b"x-should-retry" in names:
        return NO
    return LATER if b"retry-after" in names else YES


def verdict_of(failure: errors.RelayError) -> tuple[str, str, str]:
    """Return the class of a provider's failure, whom it is held against, and what follows."""
    assert isinstance(failure, errors.UpstreamError)
    found = judge(failure, "openai")
    return found.fault, found.scope, found.action


def yes_or_no(truth: bool) -> str:  # noqa: FBT001 - it is what the function is about
    """Return the word."""
    return YES if truth else NO


def depths(page: str) -> list[int]:
    """Return the depth of every heading outside of code."""
    return [len(marks) for marks in re.findall(r"^(#+) ", BLOCK.sub("", page), re.MULTILINE)]


def commands_of(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command that is not hidden."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands_of(command, *path, name)
        elif command is not None and not command.hidden:
            yield (*path, name)


def logged_events() -> Iterator[str]:
    """Yield the events that the program logs by name."""
    spoken = re.compile(r"(?:_log\.(?:info|warning|error|exception)\(|_note\([^()]*?)\s*\"([a-z_]+)\"")
    for source in ROOT.glob("oblivious/**/*.py"):
        yield from spoken.findall(source.read_text())
