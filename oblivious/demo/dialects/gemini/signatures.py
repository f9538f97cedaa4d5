"""Thought signatures: what they look like, and where they are demanded back.

As Gemini 3 has it: the first call of every step of the work since the user last asked must still be signed.
Source: https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator

from oblivious.demo.dialects.gemini.contents import Content, Part
from oblivious.demo.dialects.reading import refuse_unless
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json

_STANDARD = str.maketrans("-_", "+/")


def signed(part: Json, mint: Mint) -> Json:
    """Return a part with a signature of its own."""
    return {**part, "thoughtSignature": b64encode(mint.seal().encode()).decode()}


def check_signatures(contents: list[Content], mint: Mint) -> None:
    """Refuse what Gemini refuses: a signature that is lost, broken or another's.

    That of a real provider, and the placeholder that Google gives to those who have none, can't be judged.

    Raises:
        Refusal: 400, naming the part.
    """
    for place, content in enumerate(contents):
        for number, part in enumerate(content.listed):
            field = f"contents[{place}].parts[{number}].thoughtSignature"
            genuine = _genuine(part.thought_signature or "", mint)
            refuse_unless(genuine, "The thought signature is not valid.", field)
    for field, part in _first_calls(contents):
        name = part.function_call.name if part.function_call else ""
        lost = f"The call of `{name}` has lost its thought_signature."
        refuse_unless(part.thought_signature, lost, field)


def _first_calls(contents: list[Content]) -> Iterator[tuple[str, Part]]:
    """Yield the first call of every content since the user last asked, with its place."""
    begins = max((place for place, content in enumerate(contents) if content.asks_anew), default=0)
    for place, content in enumerate(contents[begins:], begins):
        calls = [(number, part) for number, part in enumerate(content.listed) if part.function_call]
        for number, part in calls[:1]:
            yield f"contents[{place}].parts[{number}]", part


def _genuine(signature: str, mint: Mint) -> bool:
    padding = "=" * (-len(signature) % 4)
    try:
        state = b64decode(signature.translate(_STANDARD) + padding, validate=True)
    except ValueError:
        return False
    return mint.accepts(state.decode("utf-8", "replace"))
