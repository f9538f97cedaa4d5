"""A public model as the admin API shows it: what is said of it, and who serves it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.catalogue import list_models
from oblivious.channels.names import is_pattern, matches
from oblivious.channels.tables import Channel, Model
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.channel_shown import KEYED, state_of
from oblivious.gateway.routes.admin.shelf import Shelf

MODEL = "model"
"""How the audit calls one."""


class ModelShown(msgspec.Struct, frozen=True):
    """What is said of a public model.

    Attributes:
        aliases: other names by which clients may ask for it.
        fallbacks: models that serve in its place when none of its own channels can.
        context_fallbacks: those that serve when a conversation is too long for it.
        content_fallbacks: those that serve when a policy on content forbids its answer.
        abilities: what it can and cannot do: `tools`, `vision`, `context_tokens`.
        strategy: how its channels are chosen among; empty: as the caller's group has it.
    """

    id: int
    name: str
    aliases: Sequence[str]
    fallbacks: Sequence[str]
    context_fallbacks: Sequence[str]
    content_fallbacks: Sequence[str]
    abilities: Mapping[str, Any]
    strategy: str
    created_at: datetime


class ListedModel(msgspec.Struct, frozen=True):
    """A model in the list; see `ModelShown` for what is not told here.

    Attributes:
        id: for `/models/{id}`; null where nothing is said of it.
        channels: how many channels serve it, by its name or by a pattern, among them those that are off.
        channels_on: how many of these are on, with a key that is.
    """

    id: int | None
    name: str
    aliases: Sequence[str]
    fallbacks: Sequence[str]
    context_fallbacks: Sequence[str]
    content_fallbacks: Sequence[str]
    abilities: Mapping[str, Any]
    strategy: str
    channels: int
    channels_on: int


class Serving(NamedTuple):
    """The names and patterns of one channel."""

    models: Sequence[str]
    on: bool


class Catalogue(NamedTuple):
    """Everything that is known of models."""

    said: Sequence[Model]
    channels: Sequence[Serving]


MODEL_LIST: Shelf[ListedModel] = Shelf(
    fields={
        "name": Field(lambda model: model.name),
        "said": Field(lambda model: model.id is not None, bool, sorts=False),
        "served": Field(lambda model: model.channels_on > 0, bool, sorts=False),
        "alias": Field(
            lambda model: model.aliases, sorts=False, holds=lambda aliases, value: value in aliases
        ),
        "strategy": Field(lambda model: model.strategy),
        "channels": Field(lambda model: model.channels, int, filters=False),
    },
    searched=(lambda model: model.name, lambda model: " ".join(model.aliases)),
    key="name",
    usual="name",
)


def model_shown(model: Model) -> ModelShown:
    """Return what is said of a model as clients see it."""
    return msgspec.convert(model, ModelShown, from_attributes=True)


async def read_catalogue(session: AsyncSession) -> Catalogue:
    """Read what is said of models, and which channels name which."""
    keyed = set(await session.scalars(KEYED))
    channels = await session.scalars(select(Channel))
    serving = [Serving(one.models, state_of(one, has_key=one.id in keyed) == "on") for one in channels]
    return Catalogue(await list_models(session), serving)


def listed_models(catalogue: Catalogue) -> list[ListedModel]:
    """Return every model that is spoken of or served; patterns only count for the names that are known."""
    said = {model.name: model for model in catalogue.said}
    names = {name for one in catalogue.channels for name in one.models if not is_pattern(name)}
    everyone = _counted(catalogue.channels, names | said.keys())
    able = _counted([one for one in catalogue.channels if one.on], names | said.keys())
    nothing = Model(name="")
    return [
        _listed(name, said.get(name, nothing), everyone[name], able[name]) for name in names | said.keys()
    ]


def _counted(channels: Iterable[Serving], names: Iterable[str]) -> Counter[str]:
    """Return how many channels serve each name."""
    counts: Counter[str] = Counter()
    for one in channels:
        patterns = [name for name in one.models if is_pattern(name)]
        found = {name for name in names if any(matches(pattern, name) for pattern in patterns)}
        counts.update(found | {name for name in one.models if not is_pattern(name)})
    return counts


def _listed(name: str, model: Model, channels: int, channels_on: int) -> ListedModel:
    return ListedModel(
        id=model.id,
        name=name,
        aliases=model.aliases,
        fallbacks=model.fallbacks,
        context_fallbacks=model.context_fallbacks,
        content_fallbacks=model.content_fallbacks,
        abilities=model.abilities,
        strategy=model.strategy,
        channels=channels,
        channels_on=channels_on,
    )
