"""An Erlang node's surroundings: its cookie, its name service, and a way to tell it things."""

import os
import secrets
import subprocess
from pathlib import Path

from tests.services.process import ServerProcess

_ANSWER_SECONDS = 30


class Node:
    """Where a node lives. Its name service (epmd) is its own, so that ending it touches no other node."""

    def __init__(self, folder: Path, *, name: str, port: int, names_port: int) -> None:
        self.name = name
        self.port = port
        self.environment = {
            "HOME": str(folder),  # the cookie is read from here, by the node and by erl_call
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(names_port),
        }
        cookie = folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)
        names_folder = folder / "epmd"
        names_folder.mkdir()
        self._names = ServerProcess(
            ["epmd", "-port", str(names_port), "-address", "127.0.0.1"],
            folder=names_folder,
            ready=self._names_answer,
            environment=self.environment,
        )

    def start_names(self) -> None:
        """Start the name service, in the foreground."""
        self._names.start()

    def stop_names(self) -> None:
        """End the name service."""
        self._names.close()

    def add_host(self, name: str) -> None:
        """Add a virtual host which guest may use."""
        everything = '<<".*">>, <<".*">>, <<".*">>'
        self._tell(
            f'ok = rabbit_vhost:add(<<"{name}">>, <<"test">>), '
            "ok = rabbit_auth_backend_internal:set_permissions("
            f'<<"guest">>, <<"{name}">>, {everything}, <<"test">>).'
        )

    def delete_host(self, name: str) -> None:
        """Delete a virtual host with its queues."""
        self._tell(f'ok = rabbit_vhost:delete(<<"{name}">>, <<"test">>).')

    def sync_registry(self) -> None:
        """Write what the node knows of its queues to the disk."""
        self._tell("ok = lists:foreach(fun dets:sync/1, dets:all()).")

    def _tell(self, expression: str) -> None:
        # 20 ms; rabbitmqctl starts an Erlang machine of its own for each command, which takes seconds.
        answer = self._run("erl_call", "-address", f"127.0.0.1:{self.port}", "-e", given=f"{expression}\n")
        if not answer.startswith("{ok,"):
            raise ValueError(f"{self.name} refused {expression}: {answer}")

    def _names_answer(self) -> bool:
        return "up and running" in self._run("epmd", "-names")

    def _run(self, *command: str, given: str = "") -> str:
        environment = {**os.environ, **self.environment}
        done = subprocess.run(
            command,
            input=given,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
        )
        return done.stdout + done.stderr
