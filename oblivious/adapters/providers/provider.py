"""What a vendor is, as data."""

import enum
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OLLAMA, Endpoint
from oblivious.adapters.providers.signing import is_pair
from oblivious.adapters.providers.transport import Transport

_VERSION = "/v1"
_VERSIONS = {GEMINI: "/v1beta", OLLAMA: ""}
"""Of dialects whose version is another one."""


class Auth(enum.Enum):
    """How a channel key is presented.

    SIGV4 signs each request with a pair of AWS keys, or presents an API key of Bedrock's; GOOGLE presents a
    token that a service account is given.
    """

    BEARER = "bearer"
    X_API_KEY = "x-api-key"
    X_GOOG_API_KEY = "x-goog-api-key"
    API_KEY = "api-key"
    SIGV4 = "sigv4"
    GOOGLE = "google"
    NONE = "none"


_WITHOUT = frozenset({Auth.NONE})
_OF_THEIR_OWN = frozenset({Auth.SIGV4, Auth.GOOGLE})
_IN_HEADERS = frozenset({Auth.X_API_KEY, Auth.X_GOOG_API_KEY, Auth.API_KEY})


class Provider(msgspec.Struct, frozen=True):
    """One vendor, or a kind of endpoint that many run.

    From `usage_option` to `null_content` a row says how its chat completions differ from OpenAI's. It matters
    where a request is translated; one that keeps its dialect goes up as it was written.

    Attributes:
        speaks: dialect to base URL, up to and with the version; empty where each channel has its own.
        auth: dialect to how the key is presented; a dialect that is missing takes Bearer.
        key_variable: the environment variable that usually holds a key; empty where there is none, where it
            is another row's already, or where a key alone reaches nothing.
        needs_key: a channel without a key makes no sense.
        free: what it answers costs nothing.
        usage_option: takes `stream_options.include_usage`; else it tells the usage of streams unasked.
        developer_role: takes messages of the role `developer`; others get them as `system`.
        output_cap: how chat completions name the limit of output tokens there.
        reasoning_field: where a message gives the model its own thoughts back; empty where it must not.
        inline_thoughts: the name of the tags between which its models may write their thoughts into the text,
            `think`; empty where they do not.
        cache_member: how a part of a chat message is marked for the cache; empty where it caches unasked.
        unsupported: neutral names of members that it refuses or takes no notice of; see `TREATED`.
        renames: what it calls a member or a mode of the tool choice: `seed`, `tool_choice.required`. A mode
            that becomes empty cannot be said there.
        temperatures: the least and the greatest that it takes; another one becomes the nearest of them.
        keeps_threads: keeps conversations of Anthropic's clients between requests, if it is told to.
        call_id_length: ids of calls have just so many letters and digits; 0 where it takes any usual one.
        message_names: messages may say who of several speakers it was.
        one_system: instructions come in one message, the first.
        null_content: an assistant that only calls tools may have no content; else it has an empty text.
        headers: client headers that it knows besides those of its dialects.
        transports: dialect to how requests are carried, where it is not as the dialect's own vendor has it.
        versioned: base URLs end with a version; else they are taken as they are.
        only: dialect to a pattern; it speaks the dialect for models whose names hold it, and for no others.
        source: where this was read, and when.
    """

    name: str
    speaks: Mapping[str, str]
    source: str
    auth: Mapping[str, Auth] = {}
    key_variable: str = ""
    needs_key: bool = True
    free: bool = False
    usage_option: bool = True
    developer_role: bool = False
    output_cap: str = "max_tokens"
    reasoning_field: str = ""
    inline_thoughts: str = ""
    cache_member: str = ""
    unsupported: frozenset[str] = frozenset()
    renames: Mapping[str, str] = {}
    temperatures: tuple[float, float] | None = None
    keeps_threads: bool = False
    call_id_length: int = 0
    message_names: bool = True
    one_system: bool = False
    null_content: bool = True
    headers: frozenset[bytes] = frozenset()
    transports: Mapping[str, Transport] = {}
    only: Mapping[str, str] = {}
    versioned: bool = True

    def serves(self, dialect: str, model: str) -> bool:
        """Say whether it speaks the dialect for a model, by its own name of it."""
        return re.search(self.only.get(dialect, ""), model) is not None

    def predicts(self, dialect: str, model: str) -> bool:
        """Say whether vectors of a model are asked for by `predict`, whatever the dialect has for them."""
        transport = self.transports.get(dialect)
        return bool(transport and transport.predicts and re.search(transport.predicts, model))

    def base_url(self, url: str, dialect: str) -> str:
        """Return a base URL as operators write it, as this provider's requests need it."""
        return base_url(url, dialect) if self.versioned else url.rstrip("/")

    def auth_of(self, dialect: str) -> Auth:
        """Return how a key is presented in a dialect."""
        return self.auth.get(dialect, Auth.BEARER)

    def is_plain(self, dialect: str) -> bool:
        """Whether requests in a dialect go up as the dialect has them, with a key that goes up as it is."""
        return dialect not in self.transports and self.auth_of(dialect) not in _OF_THEIR_OWN

    def signs(self, dialect: str, key: str) -> bool:
        """Whether each request is signed with a key; see `signing`."""
        return self.auth_of(dialect) is Auth.SIGV4 and is_pair(key)

    def credential(self, dialect: str, key: str) -> tuple[bytes, bytes] | None:
        """Return the header that presents a key; None where there is none, or none is asked for.

        What signs each request anew is no header that is always the same: see `signing`.
        """
        auth = self.auth_of(dialect)
        if auth in _WITHOUT or not key or self.signs(dialect, key):
            return None
        if auth in _IN_HEADERS:
            return auth.value.encode(), key.encode()
        return b"authorization", b"Bearer " + key.encode()


def base_url(url: str, dialect: str) -> str:
    """Return a base URL as operators write it, up to and with its version.

    A bare host gets `/v1`, or Gemini's `/v1beta`, but none for Ollama, whose paths have no version. A path is
    taken as it is, so that vendors without a version keep theirs; but Anthropic's clients write their bases
    without the version, so one is added there.
    """
    trimmed = url.rstrip("/")
    versioned = bool(urlsplit(trimmed).path) and (dialect != ANTHROPIC or trimmed.endswith(_VERSION))
    return trimmed if versioned else trimmed + _VERSIONS.get(dialect, _VERSION)


def endpoint_url(base: str, endpoint: Endpoint) -> str:
    """Return the URL of an endpoint below a base URL of its dialect."""
    return f"{base_url(base, endpoint.dialect)}/{endpoint.path}"
