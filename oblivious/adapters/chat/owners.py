"""Whose state is whose, where only the account that made it can read it."""

from collections.abc import Iterable

import msgspec

from oblivious.adapters.chat.events import ChatEvent, Given, Opened, Signed
from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.chat.state import State


def state_in(event: ChatEvent) -> State | None:
    """Return the state that an event of a stream brings, if it brings one."""
    if isinstance(event, Signed):
        return event.state
    return event.value.state if isinstance(event, Opened | Given) else None


def event_signed_off(event: ChatEvent, account: str) -> ChatEvent:
    """Return an event of a stream in which a new state names the account that made it."""
    if isinstance(event, Signed):
        return msgspec.structs.replace(event, state=_owned(event.state, account))
    if isinstance(event, Opened | Given):
        return msgspec.structs.replace(event, value=_signed_off(event.value, account))
    return event


def states_of(response: ChatResponse) -> list[State]:
    """Return the states of an answer."""
    parts = (part for choice in response.choices for part in choice.parts)
    return [part.state for part in parts if part.state is not None]


def answer_signed_off(response: ChatResponse, account: str) -> ChatResponse:
    """Return an answer whose states name the account that made them."""
    choices = [
        msgspec.structs.replace(choice, parts=tuple(_signed_off(part, account) for part in choice.parts))
        for choice in response.choices
    ]
    return msgspec.structs.replace(response, choices=tuple(choices))


def for_account(turns: Iterable[Turn], account: str) -> tuple[Turn, ...]:
    """Return a conversation without what other accounts made; what names nobody stays."""
    return tuple(
        msgspec.structs.replace(turn, parts=tuple(_cleared(part, account) for part in turn.parts))
        for turn in turns
    )


def _cleared(part: Part, account: str) -> Part:
    foreign = part.state is not None and part.state.account not in ("", account)
    return msgspec.structs.replace(part, state=None) if foreign else part


def _signed_off(value: Part, account: str) -> Part:
    return (
        value if value.state is None else msgspec.structs.replace(value, state=_owned(value.state, account))
    )


def _owned(state: State, account: str) -> State:
    return msgspec.structs.replace(state, account=account)
