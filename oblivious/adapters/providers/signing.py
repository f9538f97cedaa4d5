"""Amazon's signatures, version 4: a pair of keys signs each request anew. Pure.

A channel key is `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, with `:SESSION_TOKEN` behind it where the pair is a
temporary one. A key without a colon is an API key of Bedrock, which is presented as it is.
"""

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from oblivious.adapters.dialects.face import Headers

_SERVICE = "bedrock"
_REGION = re.compile(r"bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.")
_DEFAULT_REGION = "us-east-1"
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_TEMPORARY = "ASIA"
_MOST_PIECES = 3


def is_pair(key: str) -> bool:
    """Whether a channel key signs; else it is presented."""
    return ":" in key


def pair_fault(key: str) -> str:
    """Return what is wrong with the shape of a channel key, empty where nothing is."""
    pieces = key.split(":")
    if not is_pair(key):
        return ""
    if len(pieces) > _MOST_PIECES or not all(pieces):
        return "is written ACCESS_KEY_ID:SECRET_ACCESS_KEY or ACCESS_KEY_ID:SECRET_ACCESS_KEY:SESSION_TOKEN"
    if pieces[0].startswith(_TEMPORARY) and len(pieces) < _MOST_PIECES:
        return f"begins with {_TEMPORARY}, so it is temporary: add its session token behind another colon"
    return ""


def signed(key: str, url: str, body: bytes, now: datetime) -> Headers:
    """Return the headers that sign a POST of JSON; `now` is in UTC."""
    parts = urlsplit(url)
    headers = {"host": parts.netloc, "content-type": "application/json"}
    request = AWSRequest("POST", url, headers, body)
    _signer(key, _region(parts.netloc)).sign(request, now)
    return [
        (name.lower().encode(), value.encode())
        for name, value in request.headers.items()
        if name.lower() not in headers
    ]


class _Signer(SigV4Auth):
    """Signs as botocore does, at a time that it is told."""

    def sign(self, request: AWSRequest, now: datetime) -> None:
        request.context["timestamp"] = now.strftime(_TIMESTAMP)
        self._modify_request_before_signing(request)
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(to_sign, request))


@lru_cache(256)
def _signer(key: str, region: str) -> _Signer:
    access, secret, *token = key.split(":", _MOST_PIECES - 1)
    return _Signer(Credentials(access, secret, token[0] if token else None), _SERVICE, region)


def _region(host: str) -> str:
    found = _REGION.search(host)
    return found[1] if found else _DEFAULT_REGION
