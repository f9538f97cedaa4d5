"""An estate on each database."""

import pytest

from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions
from tests.integration.gateway.keeping.estate import Estate


@pytest.fixture
async def estate(maker: Sessions, secrets: Secrets) -> Estate:
    return Estate(maker, secrets)
