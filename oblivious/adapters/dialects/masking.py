"""Take out of a provider's words what the caller must not read: secrets, accounts, inner addresses."""

import re

_SECRET = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|fw|tgp|hf)[-_][A-Za-z0-9_*.-]{6,}"
    r"|\bAIza[A-Za-z0-9_-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]+"
    r"|(?i:\bbearer\s+)[A-Za-z0-9_.~+/=-]{6,}"
)
_ACCOUNT = re.compile(r"\b(?:org|proj|acct|user|workspace|wrkspc)[-_][A-Za-z0-9]{6,}")
_ADDRESS = re.compile(
    r"(?:https?://)?"
    r"(?:\blocalhost\b|\b(?:127|10)(?:\.\d{1,3}){3}|\b192\.168(?:\.\d{1,3}){2}|\b169\.254(?:\.\d{1,3}){2}"
    r"|\b172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|\[(?:::1|f[cd][0-9a-f]{2}:[0-9a-f:]*|fe80:[0-9a-f:]*)\])"
    r"(?::\d+)?(?:/[^\s\"'<>]*)?"
)
_LONGEST = 2_000


def masked(words: str) -> str:
    """Return the words with secrets, account ids and inner addresses blotted out."""
    blotted = _SECRET.sub("[secret]", words[:_LONGEST])
    return _ADDRESS.sub("[address]", _ACCOUNT.sub("[account]", blotted))


def is_clean(text: str) -> bool:
    """Whether there is nothing to mask."""
    return not (_SECRET.search(text) or _ACCOUNT.search(text) or _ADDRESS.search(text))
