"""What operators say of public models, ready for the road. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from oblivious.channels.abilities import UNKNOWN, Abilities, read_abilities
from oblivious.channels.tables import Model


class ModelRule(msgspec.Struct, frozen=True):
    """See `tables.Model`."""

    fallbacks: tuple[str, ...] = ()
    context_fallbacks: tuple[str, ...] = ()
    content_fallbacks: tuple[str, ...] = ()
    abilities: Abilities = UNKNOWN
    strategy: str = ""


NO_RULE = ModelRule()


class ModelRules(NamedTuple):
    """Rules by public model, and the public model that each alias stands for."""

    rules: Mapping[str, ModelRule]
    aliases: Mapping[str, str]


def rules_of(models: Iterable[Model]) -> ModelRules:
    """Return what rows say; they were checked when they were written."""
    rules: dict[str, ModelRule] = {}
    aliases: dict[str, str] = {}
    for model in models:
        rules[model.name] = ModelRule(
            tuple(model.fallbacks),
            tuple(model.context_fallbacks),
            tuple(model.content_fallbacks),
            read_abilities(model.abilities),
            model.strategy,
        )
        aliases |= dict.fromkeys(model.aliases, model.name)
    return ModelRules(rules, aliases)
