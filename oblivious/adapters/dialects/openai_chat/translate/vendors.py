"""What a vendor's chat completions cannot say, or say otherwise: all from its row."""

from collections.abc import Iterable

import msgspec

from oblivious.adapters.chat.ids import legal_id, plain_id
from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.request import ChatRequest, ToolChoice, Turn
from oblivious.adapters.chat.treatment import UNSAID, given
from oblivious.adapters.chat.turns import INSTRUCTIONS
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import InvalidRequest

_MISSED = frozenset({"n", "logprobs", "voice", "format", "tools"})
"""Members without which the answer would visibly lack something."""


def fitted(request: ChatRequest, provider: Provider) -> tuple[ChatRequest, list[str]]:
    """Return the request as far as a vendor takes it, and the names of what it does not.

    Raises:
        InvalidRequest: the answer would lack what was asked for.
    """
    lacking = _lacking(request, provider)
    changed = {name: UNSAID[name] for name in lacking}
    choice = request.tool_choice
    if choice is not None and _said(choice, provider) == "":
        changed["tool_choice"] = None
        # Saying nothing leaves it to the model, so `auto` is not lost.
        lacking += ["tool_choice"] if choice.mode != "auto" else []
    if request.temperature is not None and provider.temperatures is not None:
        least, greatest = provider.temperatures
        changed = {"temperature": min(max(request.temperature, least), greatest), **changed}
    return msgspec.structs.replace(request, **changed) if changed else request, lacking


def _lacking(request: ChatRequest, provider: Provider) -> list[str]:
    if not provider.unsupported:
        return []
    names = [name for name in given(request) if name in provider.unsupported]
    missed = next((name for name in names if name in _MISSED), None)
    if missed is not None:
        raise InvalidRequest(
            f"`{missed}` cannot be had here: {provider.name}, who serves the model, lacks it", param=missed
        )
    return names


def renamed_choice(choice: ToolChoice, provider: Provider) -> str | None:
    """Return the vendor's own word for a tool choice; None where OpenAI's form will do."""
    return None if choice.names else _said(choice, provider)


def call_id(foreign: str, provider: Provider) -> str:
    """Return a call's id as the vendor takes it, for the call and its result alike."""
    return plain_id(foreign, provider.call_id_length) if provider.call_id_length else legal_id(foreign)


def one_system(turns: Iterable[Turn]) -> list[Turn]:
    """Return the turns with all instructions in one, the first."""
    instructions: list[Part] = []
    others: list[Turn] = []
    for turn in turns:
        if turn.role in INSTRUCTIONS:
            instructions += turn.parts
        else:
            others.append(turn)
    return [Turn("system", tuple(instructions)), *others] if instructions else others


def _said(choice: ToolChoice, provider: Provider) -> str | None:
    return provider.renames.get(f"tool_choice.{choice.mode}")
