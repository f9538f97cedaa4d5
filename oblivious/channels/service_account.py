"""The key file of a service account at Google, as operators download it. Pure."""

from typing import Literal

import msgspec

_BEGINS = "-----BEGIN"


class ServiceAccount(msgspec.Struct, frozen=True):
    """What is kept of the file; the rest of it says where Google's own pages are."""

    type: Literal["service_account"]
    client_email: str
    private_key: str
    project_id: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

    def __repr__(self) -> str:
        return f"ServiceAccount(client_email={self.client_email!r})"


def is_service_account(secret: str) -> bool:
    """Whether a channel key is such a file, well or badly formed; else it is a token."""
    return secret.startswith("{")


def read_service_account(secret: str) -> ServiceAccount:
    """Read a key file.

    Raises:
        ValueError: says what is wrong with it, and shows nothing of it.
    """
    try:
        account = msgspec.json.decode(secret, type=ServiceAccount)
    except msgspec.ValidationError as error:
        raise ValueError(f"is no key file of a service account: {error}") from None
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise ValueError("begins like the key file of a service account, but is no JSON") from None
    if not account.private_key.startswith(_BEGINS):
        raise ValueError("is a key file of a service account whose private_key is no PEM")
    if not account.token_uri.startswith(("https://", "http://")):
        raise ValueError("is a key file of a service account whose token_uri is no URL")
    return account


def compact(account: ServiceAccount) -> str:
    """Return the file as it is kept: one line, and only what is needed."""
    return msgspec.json.encode(account).decode()
