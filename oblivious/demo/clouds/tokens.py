"""POST /token: access tokens for service accounts, as Google gives them; `?expires_in=` says for how long.

The assertion is read, but nobody here knows the public key that its signature needs. An account whose name
begins with `nobody` is unknown. Source: https://developers.google.com/identity/protocols/oauth2/service-account,
read 2026-11-27.
"""

import secrets
from base64 import urlsafe_b64decode
from time import time
from urllib.parse import parse_qs

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.openai.shape import OPENAI
from oblivious.demo.endpoint import Endpoint
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Reply, encode
from oblivious.demo.wire.request import Request

PATH = "/token"

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_BEGINS = "ya29.demo-"
_SECONDS = 3599
_UNKNOWN = "nobody"


class _Header(msgspec.Struct):
    alg: str


class _Claims(msgspec.Struct):
    iss: str
    scope: str
    aud: str
    exp: float


def made(key: str) -> bool:
    """Tell whether a key is a token of a demo's."""
    return key.startswith(_BEGINS)


def outlived(key: str) -> bool:
    """Tell whether such a token has had its time."""
    end = key.removeprefix(_BEGINS).partition("-")[0]
    return not end.isdecimal() or int(end) < time() * 1000


def _reply(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    form = {name: values[-1] for name, values in parse_qs(request.body.decode("latin-1")).items()}
    if form.get("grant_type") != _GRANT:
        return _refused("unsupported_grant_type", "Invalid grant_type: only assertions are taken.")
    try:
        claims = _claims(form.get("assertion", ""))
    except ValueError:
        return _refused("invalid_grant", "Invalid JWT.")
    if claims.iss.startswith(_UNKNOWN):
        return _refused("invalid_grant", "Invalid grant: account not found")
    seconds = request.query.get("expires_in", "")
    lasts = int(seconds) if seconds.isdecimal() else _SECONDS
    token = f"{_BEGINS}{int((time() + lasts) * 1000)}-{secrets.token_urlsafe(48)}"
    return Reply(encode({"access_token": token, "expires_in": lasts, "token_type": "Bearer"}))


TOKENS = Endpoint(OPENAI, _reply)


def _claims(assertion: str) -> _Claims:
    """Read an assertion; a ValueError says that it is none."""
    header, claims, signature = assertion.split(".")
    if msgspec.json.decode(_part(header), type=_Header).alg != "RS256" or not _part(signature):
        raise ValueError("it is signed in another way")
    read = msgspec.json.decode(_part(claims), type=_Claims)
    if not (read.scope and read.aud and read.exp > time()):
        raise ValueError("it is out of date, or for nothing")
    return read


def _part(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _refused(error: str, description: str) -> Reply:
    return Reply(encode({"error": error, "error_description": description}), status=400)
