"""Which of the known pairs of keys has signed a request: the signature is made anew and compared."""

import hmac
import re
from collections.abc import Iterable

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from oblivious.demo.wire.request import Request

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_SERVICE = "bedrock"


def signed_with(request: Request, known: Iterable[str]) -> str:
    """Return the pair that signed a request, "" if none of those did."""
    found = _SIGNED.fullmatch(request.headers.get("authorization", ""))
    if found is None or found["service"] != _SERVICE:
        return ""
    pairs = (key for key in known if key.split(":")[0] == found["id"] and ":" in key)
    return next((key for key in pairs if _signature(request, key, found) == found["signature"]), "")


def _signature(request: Request, key: str, found: re.Match[str]) -> str:
    names = found["headers"].split(";")
    headers = {name: request.headers.get(name, "") for name in names}
    url = f"http://{request.headers.get('host')}{request.target}"
    asked = AWSRequest(request.method, url, headers, request.body)
    asked.context["timestamp"] = request.headers.get("x-amz-date", "")
    access, secret, *_ = key.split(":")
    signer = SigV4Auth(Credentials(access, secret), _SERVICE, found["region"])
    made = signer.signature(signer.string_to_sign(asked, signer.canonical_request(asked)), asked)
    return made if hmac.compare_digest(made, found["signature"]) else ""
