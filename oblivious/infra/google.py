"""Tokens for Google's cloud. Everything here waits for the network: call it in a thread."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx
import msgspec

from oblivious.infra.upstream.dial import verified_context

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
_SECONDS = 10.0


class Token(NamedTuple):
    """What is presented, and for how many seconds from now."""

    text: str
    lasts_s: float


class NoToken(Exception):
    """There is none; the message says why, and names no account."""


class TokenRefused(NoToken):
    """The account is at fault: nobody knows it, or its key is another one."""


class TokenUnreachable(NoToken):
    """The place where tokens are given did not answer as it should."""


class _Told(msgspec.Struct):
    """What the place where tokens are given says."""

    access_token: str = ""
    expires_in: float = 0
    error: str = ""


class _Asked(NamedTuple):
    """An answer, as google-auth reads it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def ask_token(account: Mapping[str, str]) -> Token:
    """Return a fresh token for the members of a service account's key file.

    Raises:
        NoToken: in its two kinds.
    """
    # They take a seventh of a second to import, and few installations need them.
    from google.auth import exceptions  # noqa: PLC0415
    from google.oauth2 import service_account  # noqa: PLC0415

    made: Any = service_account.Credentials
    heard: list[bytes] = []
    try:
        credentials: Any = made.from_service_account_info(account, scopes=_SCOPES)
    except (ValueError, exceptions.GoogleAuthError) as error:
        raise TokenRefused("the private key of the service account cannot be read") from error
    try:
        _refresh(credentials, heard)
    except exceptions.RefreshError as error:
        raise _no_token(_told(heard), passing=bool(getattr(error, "retryable", False))) from None
    except (httpx.HTTPError, httpx.InvalidURL, exceptions.GoogleAuthError):
        raise TokenUnreachable("the token endpoint of the service account could not be reached") from None
    told = _told(heard)
    if not told.access_token:
        raise _no_token(told, passing=True)
    return Token(told.access_token, told.expires_in)


def _refresh(credentials: Any, heard: list[bytes]) -> None:
    """Have google-auth sign the assertion and ask, again where that may help; note what is answered."""
    with httpx.Client(timeout=_SECONDS, trust_env=False, verify=verified_context()) as client:

        def request(
            url: str,
            method: str = "GET",
            body: bytes | None = None,
            headers: Mapping[str, str] | None = None,
            **_: Any,
        ) -> _Asked:
            response = client.request(method, url, content=body, headers=dict(headers or {}))
            heard.append(response.content)
            return _Asked(response.status_code, response.headers, response.content)

        credentials.refresh(request)


def _told(heard: list[bytes]) -> _Told:
    try:
        return msgspec.json.decode(heard[-1], type=_Told, strict=False)
    except (IndexError, msgspec.DecodeError):
        return _Told()


def _no_token(told: _Told, *, passing: bool) -> NoToken:
    """Tell a refusal from a bad day."""
    if passing or not told.error:
        return TokenUnreachable("the token endpoint of the service account gave no token")
    # Nothing but a word of the protocol's: descriptions name accounts.
    word = told.error if told.error.isascii() and told.error.replace("_", "").isalpha() else "no known reason"
    return TokenRefused(f"Google gives the service account no token: {word}")
