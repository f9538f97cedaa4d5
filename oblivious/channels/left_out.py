"""Why channels of the house would not be tried for a request. Pure."""

import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from oblivious.channels.abilities import Wants, lack
from oblivious.channels.candidate import Candidate
from oblivious.channels.names import matches
from oblivious.channels.pick import Stage, subjects_of


class Why(enum.StrEnum):
    """What keeps a channel from a request."""

    OFF = "off"
    DRAINING = "draining"
    NO_KEY = "no_key"
    GROUP = "group"
    MODEL = "model"
    DIALECT = "dialect"
    UNREADABLE = "unreadable"
    NOT_NAMED = "not_named"
    TOOLS = "tools"
    VISION = "vision"
    CONTEXT = "context"
    HELD_BACK = "held_back"
    FULL = "full"


class Reason(msgspec.Struct, frozen=True):
    """One thing that keeps a channel from a request.

    Attributes:
        words: what it is, for people: the class of the failure, the meter that is full.
        subject: whom it is about: `c12` a channel, `k34` a key, `k34:gpt` a key for a model, `p:a` a pool.
        back_in_ms: when it is over, at the latest; null where nobody knows, or it does not end by itself.
    """

    why: Why
    words: str
    subject: str = ""
    back_in_ms: int | None = None


class Out(msgspec.Struct, frozen=True):
    """A channel that would not be tried."""

    channel_id: int
    channel: str
    reasons: tuple[Reason, ...]


class Listed(NamedTuple):
    """A channel as its operator has it; `has_key`: one of its keys is on."""

    id: int
    name: str
    models: Sequence[str]
    groups: Sequence[str]
    disabled: bool
    draining: bool
    has_key: bool


class Request(NamedTuple):
    """What is asked for.

    Attributes:
        models: the one that is asked for, and those that stand in for it.
        narrowed: it names a channel, or something that only one account has.
        blocks: what is known of those who are held back or full, by subject.
    """

    models: Sequence[str]
    group: str
    dialect: str
    wants: Wants
    narrowed: bool
    blocks: Mapping[str, Reason]


_CHECKS: tuple[tuple[Why, Callable[[Listed, Request], bool], str], ...] = (
    (Why.OFF, lambda one, _: one.disabled, "it is switched off"),
    (Why.DRAINING, lambda one, _: one.draining, "it takes no new work"),
    (Why.NO_KEY, lambda one, _: not one.has_key, "none of its keys is on"),
    (
        Why.GROUP,
        lambda one, asked: bool(one.groups) and asked.group not in one.groups,
        "it is for other groups",
    ),
    (
        Why.MODEL,
        lambda one, asked: not any(matches(name, model) for name in one.models for model in asked.models),
        "it serves other models",
    ),
)


def left_out(
    channels: Sequence[Listed],
    tried: Collection[int],
    stages: Sequence[Stage],
    spoken: Collection[int],
    request: Request,
) -> list[Out]:
    """Say of every channel that would not be tried why that is.

    Args:
        channels: all of the house.
        tried: the numbers of those that would be.
        stages: the models that may serve, with who can serve each.
        spoken: the numbers of those that serve anything in any dialect now.
        request: what is asked for.
    """
    ways: dict[int, list[tuple[Stage, Candidate]]] = {}
    for stage in stages:
        for candidate in (one for tier in stage.tiers for one in tier.candidates):
            ways.setdefault(candidate.channel_id, []).append((stage, candidate))
    return [
        Out(one.id, one.name, tuple(_reasons(one, ways.get(one.id, ()), spoken, request)))
        for one in channels
        if one.id not in tried
    ]


def _reasons(
    channel: Listed, ways: Sequence[tuple[Stage, Candidate]], spoken: Collection[int], request: Request
) -> list[Reason]:
    if ways:
        found = [reason for stage, candidate in ways for reason in _closed(stage, candidate, request)]
        return list(dict.fromkeys(found))
    said = [Reason(why, words) for why, holds, words in _CHECKS if holds(channel, request)]
    return said or [_elsewhere(channel, spoken, request)]


def _closed(stage: Stage, candidate: Candidate, request: Request) -> list[Reason]:
    """Return what keeps a candidate from serving, though it could."""
    of_model, of_channel = lack(stage.abilities, request.wants), lack(candidate.abilities, request.wants)
    found = [Reason(Why(of_model), f"the model {stage.model} has not what is needed")] if of_model else []
    if of_channel:
        found.append(Reason(Why(of_channel), "the channel has not what is needed"))
    subjects = [candidate.subject]
    subjects += [subject for key in candidate.keys for subject in subjects_of(candidate, key)]
    return found + [request.blocks[subject] for subject in subjects if subject in request.blocks]


def _elsewhere(channel: Listed, spoken: Collection[int], request: Request) -> Reason:
    """Say why a channel that looks fine is no candidate."""
    if channel.id not in spoken:
        return Reason(Why.UNREADABLE, "its provider or its settings cannot be read; the log says why")
    if request.narrowed:
        return Reason(Why.NOT_NAMED, "the request names another channel, or what another account has made")
    return Reason(Why.DIALECT, f"it cannot say what is asked in {request.dialect}")
