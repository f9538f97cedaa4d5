"""Files that are applied, exported and refused as a whole."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from sqlalchemy import delete

from oblivious.app.declared.file import File
from oblivious.app.declared.reading import read_document
from oblivious.app.tables import metadata
from oblivious.channels.shaping.link import LinkWish
from oblivious.channels.shaping.shaping import Shaping
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import reading, writing
from tests.integration.app.declared_house import FILES, SECRETS, DeclaredHouse

GUIDE = Path(__file__).parents[3] / "docs" / "operator-guide.md"
EVERYTHING = (FILES / "everything.yaml").read_text()


def structs_in(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """Yield the structs that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for part in get_args(kind):
        yield from structs_in(part)


def members_of(kind: type[msgspec.Struct], path: str) -> Iterator[str]:
    """Yield every member that a file may have; what stands under names of people's own is one."""
    for field in msgspec.structs.fields(kind):
        at = f"{path}.{field.encode_name}"
        yield at
        for part in structs_in(field.type):
            yield from members_of(part, at)


def said_in(value: Any, path: str) -> Iterator[str]:
    """Yield every member that a value has."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield f"{path}.{name}"
            yield from said_in(member, f"{path}.{name}")
            yield from said_in(member, path)
    if isinstance(value, list):
        for item in value:
            yield from said_in(item, path)


class TestEverything:
    """The file with every feature."""

    def test_it_says_everything_that_a_file_can_say(self) -> None:
        """Also of shapings and links, which have their own words for it."""
        said = set(said_in(read_document(EVERYTHING).value, ""))
        known = {
            *members_of(File, ""),
            *members_of(Shaping, ".channels.shaping"),
            *(f".channels.link.{name}" for name in LinkWish.__struct_fields__),
        }

        assert known - said == {".channels.keys.secret.kept"}

    async def test_applied_it_is_there_and_changes_nothing_more(self, house: DeclaredHouse) -> None:
        """Whether it is applied again as it is, or as it is exported."""
        first = await house.apply(EVERYTHING)
        export = await house.export()

        assert [line.split()[1] for line in first if line.startswith("+")].count("channels") == 4
        assert await house.apply(EVERYTHING) == []
        assert await house.apply(export) == []
        assert await house.export() == export

    async def test_in_another_house_it_is_the_same_file(self, house: DeclaredHouse) -> None:
        """Apply, export, apply, export: to the letter."""
        await house.apply(EVERYTHING)
        export = await house.export()
        async with writing(house.maker) as session:
            for table in reversed(metadata.sorted_tables):
                await session.execute(delete(table))
        await house.begin()

        changes = await house.apply(export)

        assert len(changes) > 10
        assert await house.export() == export

    async def test_no_secret_is_told(self, house: DeclaredHouse) -> None:
        """Not to people, and not to a file."""
        lines = await house.apply(EVERYTHING)
        export = await house.export()

        for secret in [*SECRETS.values(), "proxy-password", "PRIVATE KEY"]:
            assert secret.strip() not in "\n".join(lines) + export

    async def test_what_is_sealed_is_what_the_references_stand_for(self, house: DeclaredHouse) -> None:
        """And running gateways hear of it."""
        async with reading(house.maker) as session:
            before = await read_revisions(session)
        await house.apply(EVERYTHING)

        house.stored["env:THIRD_KEY"] = "sk-third-renewed-0123"
        house.stored["env:PROXY"] = "http://user:another@10.0.0.1:3128"
        assert await house.apply(EVERYTHING) == [
            "~ channels main: link: a secret -> another one",
            "~ channels main: keys.env:THIRD_KEY: a secret -> another one",
        ]
        assert await house.apply(EVERYTHING) == []
        async with reading(house.maker) as session:
            after = await read_revisions(session)
        assert all(after[topic] > before[topic] for topic in (Topic.CHANNELS, Topic.GROUPS, Topic.PRICES))


class TestGuide:
    async def test_its_example_is_taken(self, house: DeclaredHouse) -> None:
        """And says what each member of it may be."""
        (example,) = re.findall(r"```yaml\n(version: .*?)```", GUIDE.read_text(), re.DOTALL)
        house.stored |= {
            "env:OPENAI_KEY": "sk-openai-0123456789",
            "file:/run/secrets/openai": "sk-file-0123456789",
            "env:EGRESS_PROXY": "http://10.0.0.1:3128",
        }

        assert len(await house.apply(example)) > 5
        assert await house.apply(example) == []


BAD = sorted(FILES.glob("bad_*.yaml"))


class TestBadFiles:
    """Each file says beside its lines what is wrong with them."""

    def test_there_are_some(self) -> None:
        """Else the next test would say nothing."""
        assert len(BAD) >= 5

    @pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
    async def test_every_wrong_line_is_told_and_nothing_is_changed(
        self, house: DeclaredHouse, path: Any
    ) -> None:
        """A mark `#!` at the end of a line stands before what is told of it, once for each thing."""
        await house.apply(EVERYTHING)
        async with reading(house.maker) as session:
            before = await house.export(), await read_revisions(session)
        text = path.read_text()
        expected = [
            (number, mark.strip())
            for number, line in enumerate(text.splitlines(), 1)
            for mark in line.split("#!")[1:]
        ]

        told = await house.refused(text)

        assert len(told) == len(expected), told
        for line, (number, mark) in zip(told, sorted(expected), strict=True):
            assert (line.partition(":")[0], mark) == (str(number), mark if mark in line else line)
        async with reading(house.maker) as session:
            assert (await house.export(), await read_revisions(session)) == before
