"""Everything that hangs on the installation's secret key, and the shape of our API keys."""

import base64
import hashlib
import hmac
import os
import secrets
import string
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED_PREFIX = "aesgcm:"
API_KEY_PREFIX = "sk-"

_ALPHABET = string.ascii_letters + string.digits
_API_KEY_LENGTH = 48
_LONGEST_API_KEY = 256
_NONCE_BYTES = 12
_HINT_SHOWN = 4


class WrongSecret(Exception):
    """What was encrypted cannot be read with this secret key, or was tampered with."""


class _Derived:
    """The keys of one secret; each has one purpose and says nothing about the others."""

    __slots__ = ("cipher", "hash_key", "key_id")

    def __init__(self, secret_key: str) -> None:
        material = secret_key.encode()
        self.cipher = AESGCM(_derive(material, b"oblivious encryption"))
        self.hash_key = _derive(material, b"oblivious api key hash")
        self.key_id = _derive(material, b"oblivious key id")[:8].hex()


class Secrets:
    """Encrypts, and hashes API keys, under keys derived from the installation's secret key.

    Attributes:
        key_id: the fingerprint of the secret key: it names it without revealing it, and stands beside
            everything made under it.
        retired_key_ids: those of earlier secret keys, which still decrypt and verify.
    """

    def __init__(self, secret_key: str, retired: Sequence[str] = ()) -> None:
        """Derive the keys.

        Args:
            secret_key: what everything new is made under.
            retired: earlier secret keys; what they made stays readable.

        Raises:
            ValueError: a secret key is empty.
        """
        if not all((secret_key, *retired)):
            raise ValueError("the secret key is empty")
        self._current = _Derived(secret_key)
        self._by_id = {derived.key_id: derived for derived in map(_Derived, retired)}
        self._by_id[self._current.key_id] = self._current
        self.key_id = self._current.key_id
        self.retired_key_ids = frozenset(self._by_id) - {self.key_id}

    def encrypt(self, text: str) -> str:
        """Seal a text with AES-GCM: `aesgcm:<key id>:<nonce and ciphertext, base64>`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._current.cipher.encrypt(nonce, text.encode(), None)
        return f"{SEALED_PREFIX}{self.key_id}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, sealed: str) -> str:
        """Open what `encrypt` made.

        Raises:
            WrongSecret: it was made under a secret key that is not at hand, or was changed since.
        """
        key_id, _, body = sealed.removeprefix(SEALED_PREFIX).partition(":")
        derived = self._by_id.get(key_id)
        if derived is None:
            raise WrongSecret(f"sealed under the secret key {key_id!r}, which is not at hand")
        try:
            raw = base64.b64decode(body, validate=True)
            return derived.cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise WrongSecret("the sealed text was damaged") from error

    def hash_api_key(self, api_key: str) -> str:
        """Return the keyed hash (HMAC-SHA256, hex) under which a new API key is stored."""
        return _hash(self._current, api_key)

    def hashes_of(self, api_key: str) -> tuple[str, ...]:
        """Return every hash under which the API key may be stored, the current one first."""
        retired = (derived for key_id, derived in self._by_id.items() if key_id != self.key_id)
        return tuple(_hash(derived, api_key) for derived in (self._current, *retired))


def make_api_key() -> str:
    """Make an API key: `sk-` and 48 letters and digits (285 bits)."""
    return API_KEY_PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_API_KEY_LENGTH))


def could_be_api_key(presented: str) -> bool:
    """Say whether it is worth asking the database for this key."""
    return presented.startswith(API_KEY_PREFIX) and len(presented) <= _LONGEST_API_KEY and presented.isascii()


def hint_of(secret: str) -> str:
    """Return what may be shown of a secret: its first and last four characters; nothing of a short one."""
    if len(secret) < 4 * _HINT_SHOWN:
        return "..."
    return f"{secret[:_HINT_SHOWN]}...{secret[-_HINT_SHOWN:]}"


def _derive(material: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(material)


def _hash(derived: _Derived, api_key: str) -> str:
    return hmac.new(derived.hash_key, api_key.encode(), hashlib.sha256).hexdigest()
