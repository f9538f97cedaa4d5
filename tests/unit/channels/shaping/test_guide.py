"""What the operator's guide says of shaping is what there is."""

import json
import re
from pathlib import Path

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.shaping.check import check_shaping
from oblivious.channels.shaping.check_operations import ARGUMENTS
from oblivious.channels.shaping.conditions import TESTS
from oblivious.channels.shaping.facts import FACTS, PLACEHOLDERS
from oblivious.channels.shaping.operations import OPERATIONS
from oblivious.channels.shaping.shaping import Shaping
from oblivious.channels.shaping.system import SYSTEMS
from tests.unit.markdown_tables import table_of, words

GUIDE = (Path(__file__).parents[4] / "docs/operator-guide.md").read_text()
SECTION = re.split(r"^## ", GUIDE.partition("\n## Shaping what a channel sends\n")[2], flags=re.MULTILINE)[0]
HEADER = "header:x-name"


def column(first: str, *others: str) -> list[str]:
    return [row[first] for row in table_of(SECTION, first, *others)]


def test_every_member_is_listed() -> None:
    assert column("member", "what it does") == list(Shaping.__struct_fields__)


def test_every_operation_is_listed_with_what_it_takes() -> None:
    rows = table_of(SECTION, "operation", "takes", "what it does")

    assert {row["operation"]: words(row["takes"]) for row in rows} == {
        name: takes.needs + takes.may for name, takes in ARGUMENTS.items()
    }
    assert OPERATIONS.keys() == ARGUMENTS.keys()


def test_every_test_of_a_condition_is_listed() -> None:
    assert column("test", "holds where") == [name.rstrip("_") for name in TESTS]


def test_every_fact_and_every_placeholder_is_listed() -> None:
    assert column("fact", "what it is") == [*FACTS, HEADER]
    assert column("placeholder", "what stands for it") == [f"{{{name}}}" for name in (*PLACEHOLDERS, HEADER)]


def test_every_dialect_has_its_place_for_instructions() -> None:
    assert column("dialect", "instructions") == list(SYSTEMS)


def test_the_example_can_be_saved() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)

    assert check_shaping(json.loads(example), PROVIDERS["openai"]).operations
