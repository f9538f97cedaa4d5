"""Whether ports are free, on real sockets of this machine."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from oblivious.app.listening import CannotListen, check_listening
from oblivious.app.settings import Settings

HERE = "127.0.0.1"


def settings(**said: Any) -> Settings:
    return Settings(secret_key=SecretStr("a secret key for tests only"), **said)


@contextmanager
def listener(*, shared: bool) -> Generator[int]:
    """Listen on some port; yield it."""
    with socket.socket() as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(shared))
        there.bind((HERE, 0))
        there.listen()
        yield there.getsockname()[1]


def test_what_is_free_is_left_so() -> None:
    """It can be looked at as often as one likes, and nothing is said of it."""
    with listener(shared=False) as port:
        pass
    with capture_logs() as said:
        check_listening(settings(host=HERE, port=port))
        check_listening(settings(host=HERE, port=port))

    assert said == []


def test_a_port_of_another_program_is_refused() -> None:
    """By the setting's name, with what to do."""
    with (
        listener(shared=False) as port,
        pytest.raises(CannotListen, match=f"^OBLIVIOUS_PORT: {port} is taken"),
    ):
        check_listening(settings(host=HERE, port=port))


def test_a_port_of_another_gateway_is_shared() -> None:
    """A new one starts while the old one drains; whoever did not mean that is told."""
    with listener(shared=True) as port, capture_logs() as said:
        check_listening(settings(host=HERE, port=port))

    assert [line["event"] for line in said] == ["port_shared"]


@pytest.mark.parametrize("shared", [True, False])
def test_a_port_for_metrics_is_for_one_alone(*, shared: bool) -> None:
    """Two could not be told apart by who reads them."""
    with listener(shared=shared) as port, pytest.raises(CannotListen, match=r"^OBLIVIOUS_METRICS_PORT: "):
        check_listening(settings(host=HERE, metrics_port=port))


@pytest.mark.parametrize("host", ["203.0.113.7", "x" * 70])
def test_an_address_of_somebody_else_is_refused(host: str) -> None:
    """Whether it is one or not."""
    with pytest.raises(CannotListen, match=f"^OBLIVIOUS_HOST: {host} is no address of this machine"):
        check_listening(settings(host=host, port=8400))
