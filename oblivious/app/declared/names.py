"""Whether the names in a file are of things that there are, or will be. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from oblivious.app.declared.faults import Faults
from oblivious.app.declared.file import SECTIONS, ChannelSaid, File, ModelSaid
from oblivious.app.declared.forms import Form
from oblivious.app.declared.house import Entry, House
from oblivious.channels.names import is_pattern, matches
from oblivious.channels.texts import line
from oblivious.identity.defaults import GROUPS

_FALLBACKS = ("fallbacks", "context_fallbacks", "content_fallbacks")


def check_names(file: File, there: House, faults: Faults, *, keep: bool) -> None:
    """Note every name that is nobody's, or that two have; what is there already in its place may stay."""
    _check_own(file, faults)
    names = {section: _names(file, there, section, keep=keep) for section in SECTIONS}
    for place, channel in enumerate(file.channels or ()):
        _check_channel(channel, f"channels[{place}]", names, there, faults)
    served = [*_served(file, there, keep=keep), *_models(file, there, names["models"])]
    before = [*_served(File(), there, keep=True), *_models(File(), there, there["models"])]
    for name, model in (file.models or {}).items():
        said = there["models"].get(name, Entry({}))
        _check_fallbacks(name, model, served, _Before(said.form, before), faults)
    _check_left_alone(there, names, faults, {channel.name for channel in file.channels or ()})


def _check_own(file: File, faults: Faults) -> None:
    for section in SECTIONS[:-1]:
        for name in getattr(file, section) or ():
            with faults.at(f"{section}.{name}"):
                if line("", name) != name:
                    faults.add(f"{section}.{name}", "has blanks around its name")
    seen: set[str] = set()
    for place, channel in enumerate(file.channels or ()):
        if channel.name and channel.name.strip() in seen:
            faults.add(f"channels[{place}].name", f"is there twice: {channel.name!r}")
        seen.add(channel.name.strip())


def _names(file: File, there: House, section: str, *, keep: bool) -> Collection[str]:
    said = getattr(file, section)
    if section == "channels" and said is not None:
        said = [channel.name.strip() for channel in said]
    always = GROUPS.keys() & there[section].keys() if section == "groups" else ()
    return {*(said or ()), *(there[section] if said is None or keep else always)}


def _check_channel(
    channel: ChannelSaid, path: str, names: Mapping[str, Collection[str]], there: House, faults: Faults
) -> None:
    before = there["channels"].get(channel.name)
    # What was nobody's before is not the fault of this file.
    strangers = set(before.form.get("groups", ())) - there["groups"].keys() if before else set[str]()
    known = {*names["groups"], *strangers}
    for place, group in enumerate(channel.groups):
        if group.strip() not in known:
            faults.add(
                f"{path}.groups[{place}]", f"is no group, {group!r}: there are {_listed(names['groups'])}"
            )
    for place, key in enumerate(channel.keys or ()):
        if key.pool and key.pool.strip() not in names["pools"]:
            faults.add(
                f"{path}.keys[{place}].pool", f"is no pool, {key.pool!r}: there are {_listed(names['pools'])}"
            )


class _Before(NamedTuple):
    """A model as it is, and the names that are served."""

    form: Form
    served: Collection[str]

    def is_stranger(self, field: str, model: str) -> bool:
        return model in self.form.get(field, ()) and not _is_served(model, self.served)


def _check_fallbacks(
    name: str, model: ModelSaid, served: Collection[str], before: _Before, faults: Faults
) -> None:
    for field in _FALLBACKS:
        for place, other in enumerate(getattr(model, field)):
            if not _is_served(other.strip(), served) and not before.is_stranger(field, other):
                faults.add(f"models.{name}.{field}[{place}]", f"is no model that any channel has: {other!r}")


def _is_served(model: str, served: Collection[str]) -> bool:
    return model in served or any(is_pattern(name) and matches(name, model) for name in served)


def _served(file: File, there: House, *, keep: bool) -> Iterator[str]:
    for channel in file.channels or ():
        yield from map(str.strip, channel.models)
    if file.channels is None or keep:
        for entry in there["channels"].values():
            yield from entry.form["models"]


def _models(file: File, there: House, names: Collection[str]) -> Iterator[str]:
    """Yield models that are spoken of, by all their names."""
    for name in names:
        yield name
        said, before = (file.models or {}).get(name), there["models"].get(name)
        yield from said.aliases if said else before.form.get("aliases", ()) if before else ()


def _check_left_alone(
    there: House, names: Mapping[str, Collection[str]], faults: Faults, said: Collection[str]
) -> None:
    """Note groups that go although a channel that stays as it is names them."""
    going = there["groups"].keys() - set(names["groups"])
    for channel in sorted(set(names["channels"]) - set(said)):
        for group in going.intersection(there["channels"][channel].form.get("groups", ())):
            faults.add("groups", f"lacks {group!r}, which the channel {channel!r} is for")


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
