"""Channel keys that are not presented themselves: they are given tokens, which last an hour or so."""

import asyncio
import time
from collections.abc import Callable, Mapping

import msgspec

from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.service_account import ServiceAccount, is_service_account, read_service_account
from oblivious.contracts.errors import BadCredential, TimedOut, Unreachable, UpstreamError
from oblivious.infra.google import NoToken, Token, TokenRefused, ask_token

PROJECT = "{project}"
"""Stands in base URLs for the project of the service account."""

Ask = Callable[[Mapping[str, str]], Token]

_AHEAD_S = 300.0
"""How long before its end a token is asked for anew, while it still serves."""

_LEAST_S = 10.0
"""How long a token must last to be presented at all."""

_WAIT_S = 20.0
_REST_S = 5.0
"""For how long nobody is asked again after a failure."""

_YOUNG_S = 5.0
"""A token of this age that is refused would be refused again."""


class Credentials:
    """The tokens of a process, by channel key."""

    def __init__(self, ask: Ask = ask_token, now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self._tokens: dict[int, _Tokens] = {}

    async def presented(self, candidate: Candidate, key: Key) -> tuple[Candidate, Key]:
        """Return where a request goes and what it presents.

        Raises:
            UpstreamError: the key is given no token now; another one may be.
        """
        if not is_service_account(key.secret):
            if PROJECT in candidate.base_url:
                raise BadCredential("an access token names no project, and the channel's base URL does not")
            return candidate, key
        tokens = self._of(key)
        fresh = Key(key.id, await tokens.current(), lasting=False)
        base_url = candidate.base_url.replace(PROJECT, tokens.account.project_id)
        return msgspec.structs.replace(candidate, base_url=base_url), fresh

    def forget(self, key: Key) -> bool:
        """Drop a token that was refused; say whether another one may fare better."""
        tokens = self._tokens.get(key.id)
        return tokens is not None and tokens.forget()

    def _of(self, key: Key) -> "_Tokens":
        known = self._tokens.get(key.id)
        if known is None or known.secret != key.secret:
            try:
                account = read_service_account(key.secret)
            except ValueError as error:
                raise BadCredential(f"the channel key {error}") from None
            known = self._tokens[key.id] = _Tokens(key.secret, account, self._ask, self._now)
        return known


class _Tokens:
    """The tokens of one service account, one after the other."""

    def __init__(self, secret: str, account: ServiceAccount, ask: Ask, now: Callable[[], float]) -> None:
        self.secret = secret
        self.account = account
        self._ask = ask
        self._now = now
        self._text = ""
        self._since = self._ends = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._failure: tuple[type[UpstreamError], str] | None = None
        self._failed = 0.0

    async def current(self) -> str:
        """Return a token that lasts; who comes while it is asked for waits for the same answer."""
        left = self._ends - self._now()
        if left < _AHEAD_S and self._asking is None and not self._rests():
            self._asking = asyncio.create_task(self._renew())
            self._asking.add_done_callback(self._renewed)
        if left >= _LEAST_S:
            return self._text
        if self._asking is not None:
            await self._wait(self._asking)
        if self._ends > self._now():
            return self._text
        leaf, words = self._failure or (Unreachable, "the service account was given no token")
        raise leaf(words)

    def forget(self) -> bool:
        """See `Credentials.forget`."""
        old = self._now() - self._since > _YOUNG_S
        if old:
            self._ends = 0.0
        return old

    def _rests(self) -> bool:
        return self._failure is not None and self._now() - self._failed < _REST_S

    async def _wait(self, asking: "asyncio.Task[None]") -> None:
        try:
            async with asyncio.timeout(_WAIT_S):
                await asyncio.shield(asking)
        except TimeoutError:
            raise TimedOut("the service account was given no token in time") from None

    async def _renew(self) -> None:
        try:
            token = await asyncio.to_thread(self._ask, msgspec.structs.asdict(self.account))
        except NoToken as error:
            self._failure = (BadCredential if isinstance(error, TokenRefused) else Unreachable, str(error))
            self._failed = self._now()
        else:
            self._failure = None
            self._text, self._since = token.text, self._now()
            self._ends = self._since + token.lasts_s

    def _renewed(self, asked: "asyncio.Task[None]") -> None:
        self._asking = None
        if not asked.cancelled():
            asked.exception()  # asked for, so that nobody is told of an error whose every waiter has gone
