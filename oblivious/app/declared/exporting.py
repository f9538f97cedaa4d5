"""Writes what is there as a file that changes nothing when it is applied. Pure."""

from typing import Any

import yaml

from oblivious.app.declared.file import SECTIONS, VERSION
from oblivious.app.declared.house import House
from oblivious.app.declared.scalars import Dumper

_WIDTH = 110


def exported(house: House) -> str:
    """Return the file; in it everything has one order."""
    told: dict[str, Any] = {"version": VERSION}
    for section in SECTIONS:
        forms = {name: entry.form for name, entry in house[section].items()}
        told[section] = list(forms.values()) if section == "channels" else forms
    return yaml.dump(told, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
