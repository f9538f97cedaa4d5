"""Key files of service accounts that nobody has."""

import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "demo-project"


def key_file(token_uri: str = "https://tokens.test/token", **changes: Any) -> str:
    """Return a key file as Google gives it, on several lines; None takes a member away."""
    members = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "a1b2",
        "private_key": _private_key(),
        "client_email": f"relay@{PROJECT}.iam.gserviceaccount.com",
        "client_id": "1234",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        **changes,
    }
    return json.dumps({name: value for name, value in members.items() if value is not None}, indent=2)


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode()
