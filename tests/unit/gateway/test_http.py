"""Who serves which path."""

from typing import Any

import pytest

from oblivious.gateway.http import Front

FRAMEWORK, RELAY = "framework", "relay"


class Server:
    """Says who it is instead of serving."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *_message: object) -> Any:
        """Return its name."""
        return self.name


def server_of(kind: str, path: bytes = b"/") -> Any:
    """Return who serves a path."""
    framework: Any = Server(FRAMEWORK)
    relay: Any = Server(RELAY)
    return Front(framework, lambda: relay)({"type": kind, "raw_path": path}, None, None)


class TestFront:
    @pytest.mark.parametrize(
        ("path", "server"),
        [
            (b"/v1/chat/completions", RELAY),
            (b"/chat/completions", RELAY),
            (b"/v1beta/models/gemini:generateContent", RELAY),
            (b"/v1/models", RELAY),
            (b"/", RELAY),
            (b"/api/hello", RELAY),
            (b"/nothing/here", RELAY),
            (b"/v1/api/v1/groups", RELAY),
            (b"/api/v10/groups", RELAY),
            (b"/docs-of-ours", RELAY),
            (b"/api/v1", FRAMEWORK),
            (b"/api/v1/", FRAMEWORK),
            (b"/api/v1/groups/1", FRAMEWORK),
            (b"/api/v1/chat/completions", FRAMEWORK),
            (b"/healthz", FRAMEWORK),
            (b"/readyz", FRAMEWORK),
            (b"/metrics", FRAMEWORK),
            (b"/openapi.json", FRAMEWORK),
            (b"/docs", FRAMEWORK),
        ],
        ids=str,
    )
    def test_requests_go_by_their_path(self, path: bytes, server: str) -> None:
        """The framework has its own beginnings, the relay everything else."""
        assert server_of("http", path) == server

    def test_a_websocket_is_the_relays(self) -> None:
        """It says that there is none, wherever one is asked for."""
        assert server_of("websocket", b"/api/v1/groups") == RELAY

    def test_the_framework_begins_and_ends_the_process(self) -> None:
        """The relay exists only in between."""
        assert server_of("lifespan") == FRAMEWORK
