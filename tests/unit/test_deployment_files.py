"""The Dockerfile and the compose file tell the truth about the program they ship."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.unit.command_lines import resolve

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "oblivious"}


def instructions(word: str) -> list[str]:
    """Return what follows each such instruction in the Dockerfile."""
    return re.findall(rf"^{word} +(.*)$", DOCKERFILE, re.MULTILINE)


@pytest.fixture(scope="module")
def program() -> click.Group:
    from oblivious.app.cli import main  # noqa: PLC0415 - the files are read without it

    return main


class TestDockerfile:
    def test_the_last_user_is_not_root(self) -> None:
        """The process has no rights over its own code."""
        assert instructions("USER")[-1] not in {"root", "0"}

    def test_it_asks_for_its_own_health(self) -> None:
        """`/healthz` is asked with the Python that is in the image anyway."""
        (check,) = instructions("HEALTHCHECK")
        command = json.loads(check.partition(" CMD ")[2])
        assert command[0] == "python"
        assert "/healthz" in command[-1]
        compile(command[-1], "HEALTHCHECK", "exec")

    def test_what_it_copies_exists(self) -> None:
        """Each COPY from the build context names files of this tree, and .dockerignore lets them in."""
        allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
        for source in copied_from_context():
            assert (ROOT / source).exists(), source
            assert source.partition("/")[0] in allowed, source

    def test_migrations_are_inside(self) -> None:
        """`oblivious migrate` works in the image."""
        assert "migrations" in set(copied_from_context())

    def test_the_data_folder_is_a_volume(self) -> None:
        """Journals outlive the container."""
        assert "OBLIVIOUS_DATA_DIR=/data" in " ".join(instructions("ENV"))
        assert instructions("VOLUME") == ["/data"]

    def test_its_command_exists(self, program: click.Group) -> None:
        """Entry point and default command are one real command line."""
        words = [*json.loads(instructions("ENTRYPOINT")[-1]), *json.loads(instructions("CMD")[-1])]
        assert words[0] == "oblivious"
        resolve(program, words[1:])


class TestCompose:
    def test_the_whole_house_is_there(self) -> None:
        """Gateway, worker, a migration that runs once, and the three servers."""
        assert set(SERVICES) == {"gateway", "worker", "migrate", "postgres", "redis", "rabbitmq"}
        assert set(OURS) == {"gateway", "worker", "migrate"}

    @pytest.mark.parametrize("name", OURS)
    def test_its_commands_exist(self, name: str, program: click.Group) -> None:
        """Every command is one that the program has."""
        resolve(program, OURS[name]["command"])

    @pytest.mark.parametrize("name", SERVICES.keys() - OURS.keys())
    def test_servers_are_watched(self, name: str) -> None:
        """A server has a health check, and is waited for."""
        assert SERVICES[name]["healthcheck"]["test"]

    @pytest.mark.parametrize("name", OURS)
    def test_ours_wait_for_health(self, name: str) -> None:
        """No container of ours starts before what it needs has said that it is well."""
        for needed, how in OURS[name]["depends_on"].items():
            wanted = "service_completed_successfully" if needed == "migrate" else "service_healthy"
            assert how == {"condition": wanted}

    def test_every_secret_is_asked_for(self) -> None:
        """No secret has a value or a default in the file: each is required from the environment."""
        for name, value in environment():
            if re.search(r"SECRET|PASS|AUTH|_URL$", name):
                assert re.search(r"\$\{\w+:\?[^}]+\}", value), name


class TestBoth:
    def test_every_variable_is_a_setting(self) -> None:
        """A variable that the program does not read would be a lie."""
        from oblivious.app.settings import Settings  # noqa: PLC0415 - the files are read without it

        prefix = Settings.model_config.get("env_prefix", "")
        known = {f"{prefix}{field}".upper() for field in Settings.model_fields}
        text = f"{DOCKERFILE}\n{(ROOT / 'compose.yaml').read_text()}"
        assert set(re.findall(r"\bOBLIVIOUS_[A-Z_]+", text)) <= known

    def test_a_stop_leaves_time_to_drain(self) -> None:
        """Docker kills the gateway only after its open streams had their time."""
        from oblivious.app.settings import Settings  # noqa: PLC0415 - the files are read without it

        grace = int(SERVICES["gateway"]["stop_grace_period"].removesuffix("s"))
        assert grace > Settings.model_fields["drain_seconds"].default

    def test_images_are_pinned_to_a_major_version(self) -> None:
        """`latest`, or no tag at all, changes under one's feet."""
        images = [image.split()[0] for image in instructions("FROM")]
        images += [service["image"] for name, service in SERVICES.items() if name not in OURS]
        for image in images:
            assert re.fullmatch(r"[a-z]+:\d+(\.\d+)*(-[a-z-]+)?", image), image


def copied_from_context() -> Iterator[str]:
    """Yield the sources of every COPY that does not come from another stage."""
    for words in map(str.split, instructions("COPY")):
        if not words[0].startswith("--from"):
            yield from (word.rstrip("/") for word in words[:-1])


def environment() -> Iterator[tuple[str, str]]:
    """Yield every variable that the compose file sets."""
    for service in SERVICES.values():
        yield from service.get("environment", {}).items()
