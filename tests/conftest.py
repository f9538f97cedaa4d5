"""What every test can ask for, and what none may depend on."""

import os
import re
from collections.abc import Iterator

import pytest
import structlog

pytest_plugins = ["tests.services.plugin", "tests.gateways.plugin"]

# A developer's own settings, provider keys and SDK settings: they would change what a test sees.
_NOT_OURS = re.compile(r"OBLIVIOUS_(?!TEST_)|OPENAI_|ANTHROPIC_|\w+_API_KEY$")


def pytest_configure() -> None:
    """Forget them, for this process and those it starts."""
    for name in filter(_NOT_OURS.match, list(os.environ)):
        del os.environ[name]


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """Give each test the log lines of all levels, though one before it has run a command in this process."""
    yield
    structlog.reset_defaults()
