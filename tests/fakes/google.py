"""Where service accounts are given tokens, with a clock."""

import threading
from collections.abc import Mapping

from oblivious.infra.google import NoToken, Token
from tests.fakes.service_accounts import PROJECT


class FakeGoogle:
    """Gives tokens one after the other, or raises what it is told to.

    Attributes:
        now: what the clock says, in seconds.
        asked: how often a token was asked for.
        fault: what it raises instead.
        open: while it is cleared, nobody is answered.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked = 0
        self.lasts_s = 3600.0
        self.fault: NoToken | None = None
        self.open = threading.Event()
        self.open.set()

    def ask(self, account: Mapping[str, str]) -> Token:
        """Answer as `ask_token` does."""
        assert account["project_id"] == PROJECT
        assert self.open.wait(10)
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return Token(f"token-{self.asked}", self.lasts_s)
