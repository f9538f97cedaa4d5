"""Servers in containers, seen from the commands that Docker would be given."""

from pathlib import Path

import pytest

from tests.services import compose
from tests.services.compose import Container, start_postgres, start_rabbitmq

# Writes down its arguments after the project's name and the file's.
DOCKER = """#!/bin/sh
[ "$1" = compose ] && shift 5
echo "$@ port $TEST_PORT" >> "$DOCKER_LOG"
echo 42
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    docker, log = tmp_path / "docker", tmp_path / "log"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("DOCKER_LOG", str(log))
    return log


def test_a_container_is_killed_and_started_on_one_port(log: Path) -> None:
    """The port stays over kill and start, and the data go only at the end."""
    container = Container("redis")
    container.start()
    container.kill()
    container.start()
    container.close()

    assert log.read_text().splitlines() == [
        f"{words} port {container.port}"
        for words in (
            "up --detach --wait redis",
            "kill --signal KILL redis",
            "up --detach --wait redis",
            "down --volumes --timeout 0",
        )
    ]


def test_the_pid_is_the_one_the_host_sees(log: Path) -> None:
    """Asked of Docker each time: a started container has a new one."""
    assert Container("redis").pid == 42
    assert "inspect --format {{.State.Pid}} 42" in log.read_text()


@pytest.mark.usefixtures("log")
def test_the_url_names_the_port() -> None:
    """What a test connects to is what was published."""
    server = start_postgres()
    assert isinstance(server.control, Container)
    assert f"@127.0.0.1:{server.control.port}/postgres" in server.url


async def test_a_virtual_host_is_made_inside_the_container(log: Path) -> None:
    """And guest may use it."""
    url = await start_rabbitmq().fresh()
    name = url.rsplit("/", 1)[1]

    done = log.read_text()  # noqa: ASYNC240 - a file of a few lines
    assert f"exec -T rabbitmq rabbitmqctl add_vhost {name}" in done
    assert f"set_permissions --vhost {name} guest .* .* .*" in done


def test_an_engine_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line may be there without its daemon."""
    (tmp_path / "docker").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert compose.missing() == "`docker info` fails"
